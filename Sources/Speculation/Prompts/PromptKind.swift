import Workload

/// Prompts that are likely to run alike, before anything more particular was seen of them.
public struct PromptKind: Codable, Hashable, Sendable {
    public let workload: Workload
    public let thinking: Bool
    public let constrained: Bool

    public init(_ traits: PromptTraits) {
        workload = traits.distribution.label
        thinking = traits.thinking
        constrained = traits.constrained
    }

    /// A prompt that is surely of the kind.
    var traits: PromptTraits {
        PromptTraits(
            distribution: WorkloadDistribution(certain: workload), thinking: thinking,
            constrained: constrained)
    }
}
