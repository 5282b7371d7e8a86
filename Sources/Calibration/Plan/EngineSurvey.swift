import Dispatching
import Foundation
import Settings

/// Looks at the engines of a calibration without starting one.
public enum EngineSurvey {
    /// Every model with every number of prompts in flight, as the daemon would run it with the same settings: with
    /// that many slots, or, where it is to find their number, with as many as it may try.
    ///
    /// - Returns: The engines, and why one of them cannot draft.
    /// - Throws: `SettingsError` if no model is named, `GGUFError` if one is not readable, `EngineError` if the
    ///   engine program cannot be run.
    public static func engines(
        models: [String], busySlots: [Int], settings: Settings
    ) async throws -> (engines: [SweptEngine], warnings: [String]) {
        var engines: [SweptEngine] = []
        var warnings: [String] = []
        for model in models {
            for count in busySlots {
                var settings = settings
                settings.engine.model = model
                let isFound = settings.engine.choosesBusySlots
                settings.engine.slots = isFound ? max(settings.engine.slots, count) : count
                let profile = try await ManagedEngineProfile(settings: settings)
                let file = ((model as NSString).lastPathComponent as NSString).deletingPathExtension
                engines.append(
                    SweptEngine(
                        modelPath: model, modelName: profile.model.name ?? file, slots: settings.engine.slots,
                        busySlots: count, canDraft: profile.canDraft, fingerprint: profile.fingerprint))
                if let warning = profile.warning, !warnings.contains(warning) { warnings.append(warning) }
            }
        }
        return (engines, warnings)
    }
}
