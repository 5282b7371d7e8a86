import Engine
import Foundation
import Logging
import Settings
import Speculation

/// Starts the engines that measurements are made on, one at a time.
struct LaneStarter: Sendable {
    private let settings: EngineSettings
    private let programs: [String: EngineInspection]
    private let runtimeDirectory: String
    private let logger: Logger

    /// Looks at the programs, makes a place for sockets, and stops what an earlier run left there.
    ///
    /// - Throws: `EngineError` if a program cannot be run, ``CalibrationError`` if there is no place for sockets.
    static func use<Result: Sendable>(
        for engines: [SweptEngine], settings: EngineSettings, resultsIn directory: ResultsDirectory,
        logger: Logger, body: (LaneStarter) async throws -> Result
    ) async throws -> Result {
        var programs: [String: EngineInspection] = [:]
        for server in Set(engines.map(\.server)) {
            programs[server] = try await EngineInspection.inspect(server: server)
        }
        let runtimeDirectory = try RuntimeDirectory.make(forResultsIn: directory.path)
        await StrayEngines.stop(inRuntimeDirectory: runtimeDirectory)
        defer { rmdir(runtimeDirectory) }
        return try await body(
            LaneStarter(
                settings: settings, programs: programs, runtimeDirectory: runtimeDirectory, logger: logger))
    }

    /// Runs `body` with an engine that was started at `setting`; it has ended when this returns.
    ///
    /// - Throws: `EngineError` if it does not start or ends, `CancellationError`, and what `body` throws.
    func withLane<Result: Sendable>(
        of engine: SweptEngine, at setting: DraftSetting,
        body: @escaping @Sendable (Lane) async throws -> Result
    ) async throws -> Result {
        let program = programs[engine.server]
        let device = settings.devices.first.map { ["--device", $0] } ?? []
        let configuration = LlamaServerConfiguration(
            server: engine.server, dialect: program?.dialect ?? .mainline, knownOptions: program?.flags,
            model: engine.modelPath, slots: engine.slots, contextTokens: settings.contextTokens,
            runtimeDirectory: runtimeDirectory, socketName: "calibrate",
            extraArguments: device + settings.extraArguments,
            startTimeout: settings.startTimeout, stopTimeout: settings.stopTimeout,
            stallLimit: StallLimit(settings.stallTimeout), hasMTPBlock: engine.canDraft)
        return try await ManagedLlamaServer.run(
            configuration, setting: setting, logger: logger,
            onOutput: { line in logger.debug("\(line)", metadata: ["source": "llama-server"]) },
            body: { running in
                try await body(
                    Lane(
                        engine: running, slots: engine.busySlots, requestTimeout: settings.requestTimeout,
                        requestDefaults: configuration.dialect.requestDefaults))
            })
    }

    /// Starts every program with every model once, for a moment, so that one that cannot run is found before the others
    /// were measured for an hour.
    ///
    /// - Throws: ``CalibrationError`` naming the one that does not start, `CancellationError`.
    func tryStarts(of engines: [SweptEngine], onStart: (SweptEngine) -> Void) async throws {
        var tried: [SweptEngine] = []
        for engine in engines where !tried.contains(where: engine.isPaired) {
            tried.append(engine)
            onStart(engine)
            do {
                try await withLane(of: engine, at: .off) { _ in }
            } catch let error as EngineError {
                throw CalibrationError(
                    "\(engine.server) does not start with \(engine.modelPath): \(error)",
                    remedy:
                        "leave it out, or see to what it says; engine.extra-arguments hold for every --server"
                )
            }
        }
    }
}
