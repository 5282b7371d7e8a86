import Engine
import Intake
import Logging
import Settings
import Synchronization

/// A configuration that was checked, with its engines.
package struct PoolConfiguration: Sendable {
    let settings: Settings
    package let judge: PromptJudge
    /// In the order of the file.
    var engines: [PoolEngine]
}

/// An engine as it is configured.
struct PoolEngine: Sendable {
    /// Seen by this engine.
    let settings: Settings
    let needs: EngineNeeds
    /// Nil for an endpoint that has not answered yet.
    var configuration: ServedConfiguration?

    /// Its name in the list; empty for the only one.
    var name: String { settings.engine.name }

    /// As people are told of it, at the beginning of a sentence.
    var subject: String { name.isEmpty ? "The engine" : "The engine \(name)" }

    /// What the other engines are told of it.
    ///
    /// - Parameter owner: the number of its seat.
    func member(owner: Int) -> WorkSharing.Member {
        let names = settings.modelNames
        let served = Set(configuration?.source.servedModels ?? [])
        let declared = settings.engine.depth
        let source = configuration?.source
        let canRun: @Sendable (Int) -> Bool = { depth in
            source?.canRun(depth: depth) ?? declared.allows(depth, upTo: .max)
        }
        guard !served.isEmpty else { return WorkSharing.Member(name: name, owner: owner, canRun: canRun) }
        return WorkSharing.Member(name: name, owner: owner, canRun: canRun) {
            served.contains(names.map[$0] ?? $0)
        }
    }
}

/// Reads configurations and looks at their engines, without starting anything.
package final class ConfigurationReader: Sendable {
    private let loader: SettingsLoader
    private let logger: Logger
    /// By engine; each is shared by all configurations of it, whichever started it.
    private let stallLimits = Mutex<[String: StallLimit]>([:])

    package init(loader: SettingsLoader, logger: Logger) {
        self.loader = loader
        self.logger = logger
    }

    /// Checks rules, engine programs and models, and asks endpoints. One of several that does not answer may do so
    /// later; the only one may, before it has served, if it says that it is only not ready for it.
    ///
    /// - Throws: an error in words for the person who configured it.
    package func look(at settings: Settings) async throws -> PoolConfiguration {
        try await look(at: settings, replacing: nil)
    }

    /// Reads the configuration again.
    ///
    /// - Throws: as ``look(at:)``, and ``SettingsError`` for a file that cannot be used.
    func read(replacing old: PoolConfiguration) async throws -> PoolConfiguration {
        var new = try await loader.load()
        for remark in new.remarks where !old.settings.remarks.contains(remark) { logger.warning("\(remark)") }
        for (name, path) in [
            ("spool", \Settings.spool), ("state-directory", \.stateDirectory),
            ("runtime-directory", \.runtimeDirectory),
        ] where new[keyPath: path] != old.settings[keyPath: path] {
            logger.warning("'\(name)' takes effect at a restart only")
            new[keyPath: path] = old.settings[keyPath: path]
        }
        if new.web != old.settings.web {
            logger.warning("'web' takes effect at a restart only")
            new.web = old.settings.web
        }
        return try await look(at: new, replacing: old)
    }

    /// Looks at one engine.
    ///
    /// - Throws: an error in words for the person who configured it.
    func look(at engine: PoolEngine) async throws -> ServedConfiguration {
        let settings = engine.settings
        let source = try await settings.engineSource(stallLimit: stallLimit(of: settings.engine))
        return ServedConfiguration(settings: settings, source: source, needs: engine.needs)
    }

    /// Puts an engine's stall limit in force, for one that runs too.
    func adopt(_ engine: EngineSettings) {
        stallLimit(of: engine).replace(by: engine.stallTimeout)
    }

    private func stallLimit(of engine: EngineSettings) -> StallLimit {
        stallLimits.withLock { limits in
            if let limit = limits[engine.name] { return limit }
            let limit = StallLimit(engine.stallTimeout)
            limits[engine.name] = limit
            return limit
        }
    }

    private func look(
        at settings: Settings, replacing old: PoolConfiguration?
    ) async throws -> PoolConfiguration {
        let judge = try PromptJudge(rules: settings.rules)
        let isOnly = settings.engines.count == 1
        let hasServed = old?.engines.contains { $0.configuration != nil } ?? false
        let isWaitedFor: @Sendable (EngineError) -> Bool = { error in
            isOnly ? error.blame == .load && !hasServed : error.mayPass
        }
        let engines = try await withThrowingTaskGroup(of: (Int, PoolEngine).self) { group in
            for (index, engine) in settings.engines.enumerated() {
                let known = old?.engines.first { $0.name == engine.name }
                group.addTask {
                    (
                        index,
                        try await self.look(
                            at: settings.with(engine: engine), replacing: known, unless: isWaitedFor)
                    )
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        return PoolConfiguration(
            settings: settings, judge: judge, engines: engines.sorted { $0.0 < $1.0 }.map(\.1))
    }

    /// - Parameter isWaitedFor: whether an endpoint that answers this is asked again later.
    private func look(
        at settings: Settings, replacing known: PoolEngine?, unless isWaitedFor: (EngineError) -> Bool
    ) async throws -> PoolEngine {
        let engine = settings.engine
        // The files first: one that is replaced while its successor is looked at is noticed by the next reload.
        var new = PoolEngine(settings: settings, needs: try EngineNeeds(engine))
        // What the daemon itself decides of drafts means nothing to a server that decides alone.
        let decides = engine.endpoint.isEmpty || engine.depth == .perRequest
        if let known, let source = known.configuration?.source, known.needs == new.needs,
            known.settings.engine == engine,
            !decides || known.settings.speculation == settings.speculation
        {
            new.configuration = ServedConfiguration(settings: settings, source: source, needs: new.needs)
            return new
        }
        do { new.configuration = try await look(at: new) } catch let error as EngineError
            where !engine.endpoint.isEmpty && isWaitedFor(error)
        {
            logger.warning("\(new.subject) does not answer: \(error.logDescription)")
        }
        return new
    }
}

/// An endpoint that is to take the place of one that serves does not answer.
struct UnansweredEndpoint: Error, CustomStringConvertible {
    var description: String { "it does not answer; it is asked again, and the old one is used until it does" }
}
