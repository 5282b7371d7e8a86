import Glibc
import Logging
import Speculation
import Subprocess

/// Watches one llama-server process from its start to its end.
struct LlamaServerSupervision: Sendable {
    typealias Child = Execution<NoInput, SequenceOutput, CombinedErrorOutput>

    let execution: Child
    let configuration: LlamaServerConfiguration
    let setting: DraftSetting
    let address: any EngineAddress
    let logger: Logger
    let onOutput: @Sendable (String) -> Void
    private let lastWords = LastWords()
    private let start = ContinuousClock.now

    init(
        execution: Child, configuration: LlamaServerConfiguration, setting: DraftSetting,
        address: any EngineAddress,
        logger: Logger, onOutput: @escaping @Sendable (String) -> Void
    ) {
        self.execution = execution
        self.configuration = configuration
        self.setting = setting
        self.address = address
        self.logger = logger
        self.onOutput = onOutput
    }

    private enum Event<Value: Sendable>: Sendable {
        case exited(ProcessExit)
        case finished(Result<Value, any Error>)
    }

    /// Runs `body` once the server is healthy. The server has ended when this returns.
    func outcome<Value: Sendable>(
        of body: @escaping @Sendable (RunningEngine) async throws -> Value
    ) async -> Result<Value, any Error> {
        let phase = LanePhase()
        return await withTaskGroup(of: Event<Value>.self) { group in
            group.addTask { .exited(await drainUntilExit()) }
            group.addTask {
                do {
                    return .finished(.success(try await use(body, phase: phase)))
                } catch {
                    return .finished(.failure(error))
                }
            }
            var result: Result<Value, any Error>?
            var unexpectedExit: ProcessExit?
            for await event in group {
                switch event {
                case .finished(let value):
                    result = value
                    guard unexpectedExit == nil else { break }
                    unexpectedExit = await exitBehind(value)
                    await stop()
                case .exited(let exit):
                    if result == nil { unexpectedExit = exit }
                    killProcessGroup()
                    group.cancelAll()
                }
            }
            if unexpectedExit == nil, case .success? = result, let result { return result }
            if Task.isCancelled { return .failure(CancellationError()) }
            if let unexpectedExit {
                return .failure(error(for: unexpectedExit, wasHealthy: phase.isHealthy))
            }
            return result ?? .failure(CancellationError())
        }
    }

    /// Reads the child's output until the child has ended.
    ///
    /// The reading must go on when the calling task is cancelled, or a child with much to say at its end
    /// would block on a full pipe; hence the task of its own, which ends because cancellation stops the
    /// child. An end of the output is not yet the end of the child: a wrapper may send the output elsewhere.
    private func drainUntilExit() async -> ProcessExit {
        await Task {
            var splitter = LineSplitter()
            do {
                for try await buffer in execution.standardOutput {
                    buffer.withUnsafeBytes { bytes in
                        splitter.feed(bytes).forEach(hear)
                    }
                }
            } catch {
                logger.warning("Cannot read the engine's output", metadata: ["error": "\(error)"])
            }
            if let line = splitter.finish() { hear(line) }
            let processID = execution.processIdentifier.value
            while true {
                if let exit = ProcessExit.peek(at: processID) { return exit }
                try? await Task.sleep(for: .milliseconds(50))
            }
        }.value
    }

    private func hear(_ line: String) {
        lastWords.add(line)
        onOutput(line)
    }

    private func use<Value: Sendable>(
        _ body: @escaping @Sendable (RunningEngine) async throws -> Value, phase: LanePhase
    ) async throws -> Value {
        let endpoint = OpenAIEngineConfiguration(
            endpoint: address.endpoint, bearerToken: address.bearerToken, slots: configuration.slots,
            maximumResponseBytes: configuration.maximumResponseBytes,
            stallLimit: configuration.stallLimit, progress: configuration.dialect.rules.progress)
        return try await OpenAIEngine.run(endpoint) { engine in
            try await waitUntilHealthy(engine)
            phase.becomeHealthy()
            let running = RunningEngine(
                processID: execution.processIdentifier.value,
                startMilliseconds: (ContinuousClock.now - start) / .milliseconds(1), setting: setting,
                endpoint: address.endpoint, connected: engine)
            logger.info(
                "Engine ready",
                metadata: [
                    "setting": "\(setting.label)", "pid": "\(running.processID)",
                    "start_ms": "\(Int(running.startMilliseconds))",
                ])
            return try await body(running)
        }
    }

    /// Asks again and again, at first every 20 milliseconds, later four times a second.
    private func waitUntilHealthy(_ engine: OpenAIEngine) async throws {
        var pause = Duration.milliseconds(20)
        while !(await engine.isHealthy()) {
            try Task.checkCancellation()
            guard ContinuousClock.now - start < configuration.startTimeout else {
                throw EngineError.startFailed(
                    reason: "it was not healthy within \(configuration.startTimeout.secondsText); "
                        + "raise the engine's start timeout if the model is large",
                    lastWords: lastWords.lines)
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 1.2, .milliseconds(250))
        }
        guard await address.isListened(toBy: engine) else {
            try Task.checkCancellation()
            throw EngineError.startFailed(
                reason: "another program answers at \(address.endpoint), which was free a moment ago",
                lastWords: lastWords.lines)
        }
    }

    /// The end of the child, where it is what made `result` a failure: connections break a moment before the
    /// process can be seen to have ended.
    private func exitBehind<Value>(_ result: Result<Value, any Error>) async -> ProcessExit? {
        guard case .failure(EngineError.unreachable) = result else { return nil }
        for _ in 0..<20 {
            if let exit = ProcessExit.peek(at: execution.processIdentifier.value) { return exit }
            try? await Task.sleep(for: .milliseconds(25))
        }
        return nil
    }

    private func stop() async {
        await execution.teardown(using: ManagedLlamaServer.teardown(stopTimeout: configuration.stopTimeout))
    }

    /// Ends what a wrapper may have left running. The child is not reaped yet, so its number is still its
    /// own.
    private func killProcessGroup() {
        kill(-execution.processIdentifier.value, SIGKILL)
    }

    private func error(for exit: ProcessExit, wasHealthy: Bool) -> EngineError {
        wasHealthy
            ? .died(lastWords: lastWords.lines, status: exit.description)
            : .startFailed(
                reason: "\(configuration.server) ended before it was healthy (\(exit))",
                lastWords: lastWords.lines)
    }
}
