import Workload

/// A group of prompts whose drafts are accepted alike: the steps of the ladder from a workload to a template.
struct AcceptanceGroup: Codable, Sendable, Hashable {
    /// The workload; nil for a template, which is its own kind.
    var workload: Workload?
    /// Whether the model thinks first; it lowers acceptance and belongs to every group.
    var thinking: Bool
    var batch: String?
    var template: String?

    /// The workload with or without thinking.
    static func workload(_ workload: Workload, _ traits: PromptTraits) -> AcceptanceGroup {
        AcceptanceGroup(workload: workload, thinking: traits.thinking)
    }

    /// The workload within one batch; nil when the prompt has no batch.
    static func batch(_ workload: Workload, _ traits: PromptTraits) -> AcceptanceGroup? {
        guard let batch = traits.batch else { return nil }
        return AcceptanceGroup(workload: workload, thinking: traits.thinking, batch: batch)
    }

    /// Prompts of one template, whatever batch they came in; nil when the prompt has no template.
    static func template(_ traits: PromptTraits) -> AcceptanceGroup? {
        guard let template = traits.template else { return nil }
        return AcceptanceGroup(thinking: traits.thinking, template: template)
    }
}
