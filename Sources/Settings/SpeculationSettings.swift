/// Which draft settings the policy may choose from.
public struct SpeculationSettings: Sendable, Equatable {
    /// The depth that everything runs at; nil where the daemon chooses.
    public var fixedDepth: Int?
    /// The greatest draft depth ever used; 0 turns speculation off.
    public var maximumDepth: Int
    /// Values of `--spec-draft-p-min` to choose from for lanes that draft, ascending.
    public var draftProbabilities: [Double]
    /// Whether a new engine is measured with short generations before the first prompt.
    public var probe: Bool
}
