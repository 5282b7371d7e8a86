import Workload

/// All that the depth decision knows of a prompt.
public struct PromptTraits: Hashable, Codable, Sendable {
    /// The classifier's probabilities over workloads.
    public var distribution: WorkloadDistribution
    /// Whether the model thinks before it answers; thinking lowers acceptance.
    public var thinking: Bool
    /// The sampling temperature asked for, if any.
    public var temperature: Double?
    /// Whether a grammar or a JSON schema constrains the answer.
    public var constrained: Bool
    /// The greatest number of tokens asked for, if any.
    public var maximumTokens: Int?
    /// A stable key of the prompt's template (system prompt and opening words), if known.
    public var template: String?
    /// The batch the prompt belongs to, if any.
    public var batch: String?

    public init(
        distribution: WorkloadDistribution, thinking: Bool = false, temperature: Double? = nil,
        constrained: Bool = false, maximumTokens: Int? = nil, template: String? = nil, batch: String? = nil
    ) {
        self.distribution = distribution
        self.thinking = thinking
        self.temperature = temperature
        self.constrained = constrained
        self.maximumTokens = maximumTokens
        self.template = template
        self.batch = batch
    }
}
