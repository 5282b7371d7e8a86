import Settings
import Workload

/// Turns the configuration's rules into the classifier's.
enum SiteRules {
    /// - Throws: ``SettingsError`` naming the rule and the field that is wrong.
    static func compile(_ settings: [RuleSettings]) throws(SettingsError) -> WorkloadRules {
        var rules: [WorkloadRule] = []
        do {
            for setting in settings { rules.append(try rule(setting)) }
            return try WorkloadRules(rules)
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError(key: "rules", origin: "configuration", problem: "\(error)")
        }
    }

    private static func rule(_ setting: RuleSettings) throws -> WorkloadRule {
        guard let workload = Workload(rawValue: setting.workload) else {
            throw SettingsError(
                key: "rules.\(setting.name).workload", origin: "configuration",
                problem: "'\(setting.workload)' is none of "
                    + Workload.allCases.map(\.rawValue).joined(separator: ", "))
        }
        var conditions: [WorkloadRule.Condition] = []
        if let prefix = setting.customIDPrefix { conditions.append(.customIDPrefix(prefix)) }
        if let metadata = setting.metadata {
            let parts = metadata.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw SettingsError(
                    key: "rules.\(setting.name).metadata", origin: "configuration",
                    problem: "takes key=value, not '\(metadata)'")
            }
            conditions.append(.metadata(key: String(parts[0]), value: String(parts[1])))
        }
        if let text = setting.systemPrompt { conditions.append(.systemContains(text)) }
        if let pattern = setting.pattern { conditions.append(.textMatches(pattern)) }
        return try WorkloadRule(name: setting.name, workload: workload, conditions: conditions)
    }
}
