/// Which draft settings the policy may choose from.
public struct SpeculationSettings: Sendable, Equatable {
    /// The greatest draft depth ever used; 0 turns speculation off.
    public var maximumDepth: Int
    /// `--spec-draft-p-min` of lanes that draft.
    public var minimumDraftProbability: Double
    /// The share of generated tokens that may be spent on trying settings that are not known well.
    public var explorationShare: Double
    /// Whether a new engine is measured with short generations before the first prompt.
    public var probe: Bool
}
