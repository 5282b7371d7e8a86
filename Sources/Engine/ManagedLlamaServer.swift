import FoundationEssentials
import Logging
import Speculation
import Subprocess
import SystemPackage

/// Runs a llama-server for as long as a closure needs it.
public enum ManagedLlamaServer {
    /// Starts a server, waits until it is healthy, runs `body` with it, and stops it.
    ///
    /// The child process never outlives the call, whether `body` returns, throws, or the calling task is
    /// cancelled: it gets `SIGTERM`, and `SIGKILL` after the configuration's stop timeout. It has a process
    /// group of its own, so that a Ctrl-C meant for the daemon does not take the engine away under the
    /// prompts it still finishes. Its output is read all the time.
    ///
    /// - Parameters:
    ///   - configuration: What to start.
    ///   - setting: The draft setting to start it at.
    ///   - logger: Told of the start, the end, and a setting that cannot be had.
    ///   - onOutput: Called with every line that the server prints, in order.
    ///   - body: What to do with the running server. It is cancelled when the server dies.
    /// - Returns: What `body` returns.
    /// - Throws: ``EngineError/startFailed(reason:lastWords:)`` where the server does not become healthy,
    ///   ``EngineError/died(lastWords:status:)`` where it ends while `body` runs, `CancellationError` on cancellation,
    ///   and otherwise what `body` throws.
    public static func run<Result: Sendable>(
        _ configuration: LlamaServerConfiguration,
        setting: DraftSetting,
        logger: Logger,
        onOutput: @escaping @Sendable (String) -> Void = { _ in },
        body: @escaping @Sendable (RunningEngine) async throws -> Result
    ) async throws -> Result {
        if let obstacle = configuration.obstacle(to: setting) { throw obstacle }
        let address = try configuration.dialect.rules.address(
            directory: configuration.runtimeDirectory, name: configuration.socketName)
        try address.prepare()
        defer { address.remove() }
        let effective = configuration.effective(setting)
        if effective != setting {
            logger.warning(
                "\(setting.label) cannot be had with this engine and model; running at \(effective.label)")
        }
        let child = Subprocess.Configuration(
            executable: configuration.server.contains("/")
                ? .path(FilePath(configuration.server)) : .name(configuration.server),
            arguments: Arguments(configuration.arguments(for: effective, at: address)),
            environment: .inherit.updating(
                LlamaServerEnvironment.changes(to: ProcessInfo.processInfo.environment)),
            platformOptions: platformOptions(stopTimeout: configuration.stopTimeout))
        let start = EngineStart()
        defer { start.end() }
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = try await Subprocess.run(
                child, input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                await LlamaServerSupervision(
                    execution: execution, configuration: configuration, setting: effective,
                    address: address, logger: logger, onOutput: onOutput
                ).outcome { engine in
                    start.end()
                    return try await body(engine)
                }
            }.closureResult
        } catch let error as SubprocessError {
            throw startFailure(error, server: configuration.server)
        }
        return try outcome.get()
    }

    private static func platformOptions(stopTimeout: Duration) -> PlatformOptions {
        var options = PlatformOptions()
        options.processGroupID = 0
        options.teardownSequence = teardown(stopTimeout: stopTimeout)
        return options
    }

    static func teardown(stopTimeout: Duration) -> [TeardownStep] {
        [.send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: stopTimeout)]
    }

    static func startFailure(_ error: SubprocessError, server: String) -> EngineError {
        let reason =
            error.code == .executableNotFound
            ? "there is no program \(server); set the engine's server, or install one"
            : "cannot run \(server): \(error)"
        return .startFailed(reason: reason, lastWords: [])
    }
}
