/// Why learned state on disk cannot be used; the remedy is to set the file aside and start from priors.
public enum LearnedModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Written by a newer release.
    case newerVersion(found: Int, supported: Int)
    /// Written by a release that kept other figures.
    case olderVersion(found: Int)
    /// Not learned state, or not whole.
    case damaged(String)
    /// Learned on another engine.
    case otherFingerprint(found: EngineFingerprint, expected: EngineFingerprint)

    public var description: String {
        switch self {
        case .newerVersion(let found, let supported):
            "the learned state has format \(found), this release reads up to \(supported): "
                + "update Draftspool, or set the file aside to start from published figures"
        case .olderVersion(let found):
            "the learned state has format \(found), of a release that kept other figures: the engine is learned anew"
        case .damaged(let what):
            "the learned state is damaged (\(what)): set the file aside to start from published figures"
        case .otherFingerprint(let found, let expected):
            "the learned state belongs to another engine (\(Self.name(found)), not \(Self.name(expected))): "
                + "set the file aside to start from published figures"
        }
    }

    private static func name(_ engine: EngineFingerprint) -> String {
        "\(engine.modelIdentity) \(engine.quantization), \(engine.engineBuild), \(engine.slots) slots"
    }
}
