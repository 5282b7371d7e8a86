/// A site's own rule: requests that meet all its conditions have this workload, whatever the classifier thinks.
public struct WorkloadRule: Sendable {
    /// What a request must be like for the rule to apply.
    public enum Condition: Sendable, Hashable {
        /// The request's `custom_id` begins with this text.
        case customIDPrefix(String)
        /// The request's metadata has this value under this key.
        case metadata(key: String, value: String)
        /// A system prompt contains this text, upper and lower case alike.
        case systemContains(String)
        /// This regular expression matches somewhere in a system prompt.
        case systemMatches(String)
        /// This regular expression matches somewhere in the last user message.
        case textMatches(String)
    }

    /// The name by which the rule is reported as the source of a label.
    public let name: String
    /// The workload it gives.
    public let workload: Workload
    /// The conditions, all of which must hold.
    public let conditions: [Condition]

    private let matchers: [WorkloadMatcher]

    /// Makes a rule and compiles its regular expressions (Swift's syntax, which is close to PCRE's).
    ///
    /// - Throws: ``WorkloadRuleError`` that names the rule, when the name is empty, there is no condition, a
    ///   condition's text is empty, or a regular expression cannot be read.
    public init(name: String, workload: Workload, conditions: [Condition]) throws(WorkloadRuleError) {
        guard !name.isEmpty else { throw .emptyName(workload: workload) }
        guard !conditions.isEmpty else { throw .noCondition(rule: name) }
        var matchers: [WorkloadMatcher] = []
        for condition in conditions {
            matchers.append(try WorkloadMatcher(condition, rule: name))
        }
        self.name = name
        self.workload = workload
        self.conditions = conditions
        self.matchers = matchers
    }

    /// Whether all conditions hold. Regular expressions look at the first and last 32 kB of a longer text.
    public func applies(
        customID: String?, metadata: [String: String], request: WorkloadRequest
    ) -> Bool {
        matchers.allSatisfy { $0.holds(customID: customID, metadata: metadata, request: request) }
    }
}
