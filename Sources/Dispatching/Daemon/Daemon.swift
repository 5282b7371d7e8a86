import Engine
import Foundation
import Logging
import Settings
import Speculation
import Spool
import Systemd

/// The daemon: owns a spool, keeps an engine running, and serves what is dropped until it is told to stop.
public actor Daemon {
    private let loader: SettingsLoader
    private let settings: SharedSettings
    private let layout: SpoolLayout
    private let notifier = ServiceNotifier()
    private let logger: Logger
    private let setLogLevel: @Sendable (Logger.Level) -> Void
    private let judge: SharedJudge
    private var source: any EngineSource
    private var nextSource: (any EngineSource)?
    private var dispatcher: Dispatcher?
    private var parts: DaemonParts?
    private var isStopping = false
    private var isReady = false
    private var isHardStopped = false
    private var stopRunning: (@Sendable () -> Void)?
    private var drainDeadline: ContinuousClock.Instant?

    /// Checks classifier, rules, engine program and model without starting anything.
    ///
    /// - Throws: an error in words for the person who configured it.
    public init(
        loader: SettingsLoader, settings: Settings, logger: Logger,
        setLogLevel: @escaping @Sendable (Logger.Level) -> Void
    ) async throws {
        self.loader = loader
        self.settings = SharedSettings(settings)
        self.logger = logger
        self.setLogLevel = setLogLevel
        layout = SpoolLayout(root: settings.spool)
        judge = SharedJudge(try PromptJudge(rules: settings.rules))
        source = try await Self.makeSource(settings)
    }

    /// Serves the spool until SIGTERM or SIGINT.
    public func run() async throws {
        let current = settings.current
        try layout.create()
        let lock = try SpoolLock(layout: layout)
        defer { withExtendedLifetime(lock) {} }
        try Self.createPrivateDirectory(current.stateDirectory)
        try Self.createPrivateDirectory(current.runtimeDirectory)
        let strays = await StrayEngines.stop(inRuntimeDirectory: current.runtimeDirectory)
        if !strays.isEmpty { logger.notice("Stopped engines of an earlier run: \(strays)") }
        if let warning = source.warning { logger.warning("\(warning)") }

        let parts = DaemonParts(
            settings: settings, layout: layout,
            ledger: try Ledger(path: current.stateDirectory + "/ledger.sqlite"), judge: judge,
            executor: BlockingWork(label: "disk"), time: MachineTime(), logger: logger,
            onBatch: { [weak self] in await self?.workArrived() })
        self.parts = parts
        let events = try IncomingWatcher.events(in: layout.incoming)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await parts.recorder.run() }
            group.addTask { await parts.publishing.run(parts.recorder.completedBatches) }
            group.addTask { try await self.signals() }
            group.addTask { try await self.report(parts) }
            try await parts.recover()
            group.addTask { await parts.intake.run(events: events) }
            group.addTask {
                await parts.control.run(events: try? IncomingWatcher.events(in: self.layout.control))
            }
            group.addTask { await parts.retention.run() }
            let failure = await serve(parts)
            await parts.recorder.finish()
            await report(state: .stopped, parts: parts)
            group.cancelAll()
            if let failure { throw failure }
        }
    }

    // MARK: Serving

    /// Runs dispatchers, one for each engine configuration, until a stop.
    private func serve(_ parts: DaemonParts) async -> (any Error)? {
        while !isStopping {
            if let next = nextSource {
                source = next
                nextSource = nil
            }
            let dispatcher = parts.makeDispatcher(source: source) { [weak self] in await self?.becomeReady() }
            self.dispatcher = dispatcher
            let failure = await run(dispatcher)
            await dispatcher.returnInterrupted()
            await parts.saveLearned(of: source)
            guard let failure else { continue }
            guard !isReady, case EngineError.startFailed = failure, let smaller = source.withFewerSlots()
            else { return failure }
            logger.warning(
                "The engine did not start with \(source.slots) slots; trying \(smaller.slots): \(failure)")
            nextSource = smaller
        }
        return nil
    }

    /// Runs a dispatcher until it has drained or is to stop at once.
    private func run(_ dispatcher: Dispatcher) async -> (any Error)? {
        let (stops, stop) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        stopRunning = { stop.yield() }
        defer { stopRunning = nil }
        if isHardStopped { stop.yield() }
        return await withTaskGroup(of: (any Error)?.self) { group in
            group.addTask {
                do { try await dispatcher.run() } catch is CancellationError {} catch { return error }
                return nil
            }
            group.addTask {
                for await _ in stops { break }
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }

    private func workArrived() async {
        await dispatcher?.workArrived()
    }

    private func becomeReady() {
        isReady = true
        logger.notice(
            "Ready: \(layout.root) is watched and the engine answers",
            metadata: ["MESSAGE_ID": "\(MessageID.daemonReady.rawValue)"])
        notifier.ready(status: "ready")
    }

    // MARK: Signals

    private func signals() async throws {
        for await signal in await DaemonSignals.sequence() {
            switch signal {
            case .sighup: await reload()
            default:
                guard !isStopping else {
                    logger.notice("Stopping at once; prompts in flight stay queued")
                    await stopAtOnce()
                    return
                }
                await beginStopping(signal: "\(signal)")
            }
        }
    }

    private func beginStopping(signal: String) async {
        isStopping = true
        let timeout = settings.current.dispatch.drainTimeout
        logger.notice(
            "\(signal): prompts in flight have \(Int(timeout.inSeconds)) s to finish, the rest stays queued",
            metadata: ["MESSAGE_ID": "\(MessageID.daemonStopping.rawValue)"])
        notifier.stopping(status: "draining")
        drainDeadline = .now + timeout
        await dispatcher?.drain()
        if let parts { await report(state: .draining, parts: parts) }
    }

    private func stopAtOnce() async {
        isHardStopped = true
        stopRunning?()
        await parts?.recorder.giveUp()
    }

    private func reload() async {
        notifier.reloading()
        defer { notifier.ready(status: "ready") }
        do {
            let new = try await loader.load()
            let old = settings.current
            let newJudge = try PromptJudge(rules: new.rules)
            var fixed = new
            for (name, path) in [
                ("spool", \Settings.spool), ("state-directory", \.stateDirectory),
                ("runtime-directory", \.runtimeDirectory),
            ] where new[keyPath: path] != old[keyPath: path] {
                logger.warning("'\(name)' takes effect at a restart only")
                fixed[keyPath: path] = old[keyPath: path]
            }
            if new.engine != old.engine || new.speculation != old.speculation {
                let source = try await Self.makeSource(fixed)
                if let warning = source.warning { logger.warning("\(warning)") }
                nextSource = source
            }
            judge.replace(by: newJudge)
            settings.replace(by: fixed)
            setLogLevel(Logger.Level(rawValue: fixed.logLevel) ?? .info)
            if nextSource == nil { await dispatcher?.apply(fixed) } else { await dispatcher?.drain() }
            logger.notice(
                "Configuration read again", metadata: ["MESSAGE_ID": "\(MessageID.configReloaded.rawValue)"])
        } catch {
            logger.error(
                "The new configuration is refused, the old one stays: \(error)",
                metadata: ["MESSAGE_ID": "\(MessageID.configRefused.rawValue)"])
        }
    }

    // MARK: Status

    /// Writes the status once a second and feeds the watchdog while every loop is alive.
    private func report(_ parts: DaemonParts) async throws {
        while true {
            if let drainDeadline, drainDeadline <= .now { await stopAtOnce() }
            let state: SpoolStatus.State = isStopping ? .draining : isReady ? .ready : .starting
            await report(state: state, parts: parts)
            if await isAlive(parts) { notifier.watchdog() }
            if !isReady { notifier.extendTimeout(microseconds: 30_000_000) }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func report(state: SpoolStatus.State, parts: DaemonParts) async {
        let status = await StatusBuilder(parts: parts, dispatcher: dispatcher, layout: layout).build(
            state: state)
        notifier.status(status.message)
        do { try status.write(to: layout) } catch { logger.debug("\(error)") }
    }

    /// Whether intake and dispatcher went round their loops lately.
    private func isAlive(_ parts: DaemonParts) async -> Bool {
        let limit: Duration = .seconds(10)
        let intake = await parts.intake.lastBeat
        guard intake.duration(to: .now) < limit else { return false }
        guard let dispatcher else { return true }
        return await dispatcher.lastBeat.duration(to: .now) < limit
    }

    // MARK: Set-up

    private static func makeSource(_ settings: Settings) async throws -> any EngineSource {
        settings.engine.endpoint.isEmpty
            ? try await ManagedEngineSource(settings: settings)
            : try await EndpointEngineSource(settings: settings.engine)
    }

    private static func createPrivateDirectory(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw SpoolError(
                operation: "create directory", path: path, reason: error.localizedDescription,
                remedy: "create it, or set state-directory and runtime-directory")
        }
    }
}
