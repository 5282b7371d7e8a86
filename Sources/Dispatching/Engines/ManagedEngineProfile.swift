import Engine
import Settings
import Speculation

/// What a configured llama-server is, found out without starting a lane.
public struct ManagedEngineProfile: Sendable {
    /// What the daemon learns under with the same configuration.
    public let fingerprint: EngineFingerprint
    /// What the model file says about itself.
    public let model: GGUFMetadata
    /// Whether the program and the model can draft with multi-token prediction.
    public let canDraft: Bool
    /// Why it cannot, in words for a person.
    public let warning: String?

    /// Looks at program and model.
    ///
    /// - Throws: `SettingsError` if no model is named, `GGUFError` if it is not readable as one, `EngineError` if the
    ///   program cannot be run.
    public init(settings: Settings) async throws {
        var settings = settings
        // A fixed depth says what to run, not what could be run.
        settings.speculation.fixedDepth = nil
        let source = try await ManagedEngineSource(settings: settings, stallLimit: StallLimit(.zero))
        fingerprint = source.fingerprint
        model = source.model
        canDraft = source.canRun(depth: 1)
        warning = source.warning
    }
}
