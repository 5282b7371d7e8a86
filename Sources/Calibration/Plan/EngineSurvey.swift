import Dispatching
import Foundation
import Settings

/// Looks at the engines of a calibration without starting one.
public enum EngineSurvey {
    /// Every model with every number of slots, as the daemon would run it with the same settings.
    ///
    /// - Returns: The engines, and why one of them cannot draft.
    /// - Throws: `SettingsError` if no model is named, `GGUFError` if one is not readable, `EngineError` if the
    ///   engine program cannot be run.
    public static func engines(
        models: [String], slots: [Int], settings: Settings
    ) async throws -> (engines: [SweptEngine], warnings: [String]) {
        var engines: [SweptEngine] = []
        var warnings: [String] = []
        for model in models {
            for count in slots {
                var settings = settings
                settings.engine.model = model
                settings.engine.slots = count
                let profile = try await ManagedEngineProfile(settings: settings)
                let file = ((model as NSString).lastPathComponent as NSString).deletingPathExtension
                engines.append(
                    SweptEngine(
                        modelPath: model, modelName: profile.model.name ?? file, slots: count,
                        canDraft: profile.canDraft, fingerprint: profile.fingerprint))
                if let warning = profile.warning, !warnings.contains(warning) { warnings.append(warning) }
            }
        }
        return (engines, warnings)
    }
}
