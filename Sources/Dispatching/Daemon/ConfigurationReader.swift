import Engine
import Logging
import Settings

/// Reads configurations and looks at their engines, without starting anything.
struct ConfigurationReader: Sendable {
    let loader: SettingsLoader
    /// Shared by all engines, whichever configuration started them.
    let stallLimit: StallLimit
    let logger: Logger

    /// Checks rules, engine program and model, or asks the endpoint.
    ///
    /// - Throws: an error in words for the person who configured it.
    func look(at settings: Settings) async throws -> ServedConfiguration {
        let judge = try PromptJudge(rules: settings.rules)
        // The files first: one that is replaced while its successor is looked at is noticed by the next reload.
        let needs = try EngineNeeds(settings.engine)
        let source: any EngineSource =
            settings.engine.endpoint.isEmpty
            ? try await ManagedEngineSource(settings: settings, stallLimit: stallLimit)
            : try await EndpointEngineSource(
                settings: settings.engine, modelNames: settings.modelNames, stallLimit: stallLimit)
        return ServedConfiguration(settings: settings, judge: judge, source: source, needs: needs)
    }

    /// Reads the configuration again.
    ///
    /// - Throws: as ``look(at:)``, and ``SettingsError`` for a file that cannot be used.
    func read(replacing old: ServedConfiguration) async throws -> ServedConfiguration {
        var new = try await loader.load()
        for (name, path) in [
            ("spool", \Settings.spool), ("state-directory", \.stateDirectory),
            ("runtime-directory", \.runtimeDirectory),
        ] where new[keyPath: path] != old.settings[keyPath: path] {
            logger.warning("'\(name)' takes effect at a restart only")
            new[keyPath: path] = old.settings[keyPath: path]
        }
        let needs = try EngineNeeds(new.engine)
        guard new.engine == old.settings.engine, new.speculation == old.settings.speculation,
            needs == old.needs
        else { return try await look(at: new) }
        return ServedConfiguration(
            settings: new, judge: try PromptJudge(rules: new.rules), source: old.source, needs: needs)
    }
}
