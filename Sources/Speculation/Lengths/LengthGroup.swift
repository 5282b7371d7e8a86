import Workload

/// A group of prompts whose answers are about as long: the steps of the ladder from all prompts to a template.
struct LengthGroup: Codable, Sendable, Hashable {
    /// Whether the model thinks first; that makes answers longer and belongs to every group.
    var thinking: Bool
    var workload: Workload?
    var batch: String?
    /// A template is its own kind, whatever workload and batch it came in.
    var template: String?

    /// The groups a prompt belongs to, the largest first.
    static func ladder(_ traits: PromptTraits) -> [LengthGroup] {
        let workload = traits.distribution.label
        var groups = [
            LengthGroup(thinking: traits.thinking),
            LengthGroup(thinking: traits.thinking, workload: workload),
        ]
        if let batch = traits.batch {
            groups.append(LengthGroup(thinking: traits.thinking, workload: workload, batch: batch))
        }
        if let template = traits.template {
            groups.append(LengthGroup(thinking: traits.thinking, template: template))
        }
        return groups
    }
}
