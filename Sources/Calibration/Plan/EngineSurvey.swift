import Dispatching
import Foundation
import Settings

/// Looks at the engines of a calibration without starting one.
public enum EngineSurvey {
    /// Every program with every model and every number of prompts in flight, as the daemon would run it with the same
    /// settings: with that many slots, or, where it is to find their number, with as many as it may try.
    ///
    /// Programs that are compared are started with as many slots as prompts are in flight, since that number is what
    /// comes of it; one that cannot draft with so many is measured without drafts there.
    ///
    /// - Returns: The engines, and why one of them cannot draft.
    /// - Throws: `SettingsError` if no model is named, `GGUFError` if one is not readable, `EngineError` if an
    ///   engine program cannot be run.
    public static func engines(
        programs: [ServerProgram], models: [String], busySlots: [Int], settings: Settings
    ) async throws -> (engines: [SweptEngine], warnings: [String]) {
        var engines: [SweptEngine] = []
        var warnings: [String] = []
        for program in programs {
            for model in models {
                for count in busySlots {
                    var settings = settings
                    settings.engine.server = program.path
                    settings.engine.model = model
                    if programs.count > 1 {
                        settings.engine.choosesBusySlots = false
                        let most = program.inspection.dialect.mostDraftingSlots ?? count
                        if count > most { settings.speculation.maximumDepth = 0 }
                    }
                    let isFound = settings.engine.choosesBusySlots
                    settings.engine.slots = isFound ? max(settings.engine.slots, count) : count
                    let profile = try await ManagedEngineProfile(settings: settings)
                    let slots = profile.fingerprint.slots
                    let file = ((model as NSString).lastPathComponent as NSString).deletingPathExtension
                    let engine = SweptEngine(
                        server: program.path, serverName: program.name, modelPath: model,
                        modelName: profile.model.name ?? file, slots: slots, busySlots: min(count, slots),
                        canDraft: profile.canDraft, fingerprint: profile.fingerprint)
                    if !engines.contains(engine) { engines.append(engine) }
                    if let warning = profile.warning, !warnings.contains(warning) { warnings.append(warning) }
                }
            }
        }
        return (engines, warnings)
    }
}
