/// Why a site's workload rule cannot be used. Every case but the first names the rule.
public enum WorkloadRuleError: Error, Sendable, Hashable {
    /// A rule has no name to report it by.
    case emptyName(workload: Workload)
    /// A rule has no condition and would match everything.
    case noCondition(rule: String)
    /// A condition's text is empty and would match everything.
    case emptyCondition(rule: String, condition: String)
    /// A regular expression cannot be read.
    case badPattern(rule: String, pattern: String, problem: String)
    /// Two rules have the same name.
    case duplicateName(rule: String)
}

extension WorkloadRuleError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .emptyName(let workload):
            "a workload rule for '\(workload.rawValue)' has no name; give it one, it is reported as the source"
        case .noCondition(let rule):
            "workload rule '\(rule)' has no condition and would match every request; add at least one"
        case .emptyCondition(let rule, let condition):
            "workload rule '\(rule)': the \(condition) is empty; write what it should match or remove it"
        case .badPattern(let rule, let pattern, let problem):
            "workload rule '\(rule)': cannot read the regular expression '\(pattern)': \(problem); correct it"
        case .duplicateName(let rule):
            "two workload rules are named '\(rule)'; rename one of them"
        }
    }
}
