/// A site's rules in order; the first that applies decides.
public struct WorkloadRules: Sendable {
    /// The rules, in the order in which they are tried.
    public let rules: [WorkloadRule]

    /// No rules: the classifier always decides.
    public static let none = WorkloadRules()

    private init() {
        rules = []
    }

    /// Makes a list of rules.
    ///
    /// - Throws: ``WorkloadRuleError/duplicateName(rule:)`` when two rules share a name.
    public init(_ rules: [WorkloadRule]) throws(WorkloadRuleError) {
        var names: Set<String> = []
        for rule in rules where !names.insert(rule.name).inserted {
            throw .duplicateName(rule: rule.name)
        }
        self.rules = rules
    }

    /// The workload and name of the first rule that applies, or nil when none does.
    public func match(
        customID: String?, metadata: [String: String] = [:], request: WorkloadRequest
    ) -> (workload: Workload, ruleName: String)? {
        rules.first { $0.applies(customID: customID, metadata: metadata, request: request) }
            .map { ($0.workload, $0.name) }
    }
}
