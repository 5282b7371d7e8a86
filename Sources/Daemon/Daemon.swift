import Dispatching
import Engine
import Foundation
import Intake
import Logging
import Loops
import Settings
import Spool
import Systemd

/// The daemon: owns a spool, keeps an engine running, and serves what is dropped until it is told to stop.
public actor Daemon {
    private let configuration: PoolConfiguration
    private let reader: ConfigurationReader
    private let settings: SharedSettings
    private let layout: SpoolLayout
    private let notifier = ServiceNotifier()
    private let logger: Logger
    private let setLogLevel: @Sendable (Logger.Level) -> Void
    private let judge: SharedJudge
    private let ends = ExpectedEnds()
    private let startedAt = Date()
    private var textfile: MetricsTextfile
    private var pool: EnginePool?
    private var parts: DaemonParts?
    private var wantsReload = false
    private var isStopping = false
    /// Nothing of this process touches the spool any more.
    private var hasStopped = false
    private var drainDeadline: ContinuousClock.Instant?
    /// As it was reported last.
    private var state = SpoolStatus.State.starting

    /// Checks classifier, rules, engine program and model without starting anything.
    ///
    /// - Throws: an error in words for the person who configured it.
    public init(
        loader: SettingsLoader, settings: Settings, logger: Logger,
        setLogLevel: @escaping @Sendable (Logger.Level) -> Void
    ) async throws {
        reader = ConfigurationReader(loader: loader, logger: logger)
        configuration = try await reader.look(at: settings)
        self.settings = SharedSettings(settings)
        self.logger = logger
        self.setLogLevel = setLogLevel
        textfile = MetricsTextfile(logger: logger)
        layout = SpoolLayout(root: settings.spool)
        judge = SharedJudge(configuration.judge)
    }

    /// Serves the spool until SIGTERM or SIGINT; `makeSide` makes what runs beside it.
    ///
    /// - Throws: what keeps it from serving; `CancellationError` if it was told to stop before.
    public func run(
        signals: DaemonSignals, makeSide: @Sendable (ServedSpool) -> (any SideService)? = { _ in nil }
    ) async throws {
        try await signals.deliver { [weak self] in await self?.handle($0) }
        let current = settings.current
        try layout.create()
        let lock = try SpoolLock(layout: layout)
        let directories = [
            (current.stateDirectory, "state-directory"), (current.runtimeDirectory, "runtime-directory"),
        ]
        for (path, _) in directories { try Self.createPrivateDirectory(path) }
        let locks = try Self.own(directories)
        defer { withExtendedLifetime((lock, locks)) {} }
        // Nothing that is served depends on it.
        do { try SpoolNote(stateDirectory: current.stateDirectory).write(layout) } catch {
            logger.warning("\(error)")
        }
        let strays = await StrayEngines.stop(inRuntimeDirectory: current.runtimeDirectory)
        if !strays.isEmpty { logger.notice("Stopped engines of an earlier run: \(strays)") }

        let parts = DaemonParts(
            settings: settings, layout: layout,
            ledger: try Ledger(path: current.stateDirectory + "/ledger.sqlite"), judge: judge,
            executor: BlockingWork(label: "disk"), time: MachineTime(), logger: logger)
        self.parts = parts
        let side = makeSide(
            ServedSpool(
                ledger: parts.ledger, layout: layout, settings: { [settings] in settings.current },
                metrics: { [weak self] in await self?.metricsText(parts) ?? "" },
                executor: BlockingWork(label: "side"), logger: logger))
        let events = try IncomingWatcher.events(in: layout.incoming)
        let failure: (any Error)?
        do { failure = try await work(parts, side: side, events: events) } catch { failure = error }
        hasStopped = true
        await report(state: .stopped, parts: parts)
        await writeMetrics(parts)
        if let failure { throw failure }
    }

    /// Runs all parts until a stop.
    ///
    /// - Returns: Why there is nothing to serve with.
    private func work(
        _ parts: DaemonParts, side: (any SideService)?, events: AsyncStream<IncomingWatcher.Event>
    ) async throws -> (any Error)? {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await parts.recorder.run() }
            group.addTask { await parts.publishing.run(parts.recorder.completedBatches) }
            group.addTask { try await self.report(parts) }
            group.addTask { await self.publishMetrics(parts) }
            if let side { group.addTask { await side.run() } }
            try await parts.recover { [weak self] in await self?.isStopping ?? true }
            group.addTask { await parts.intake.run(events: events) }
            group.addTask {
                await parts.control.run(events: try? IncomingWatcher.events(in: self.layout.control))
            }
            group.addTask { await parts.deadlines.run() }
            group.addTask { await parts.hooks.run() }
            group.addTask { await parts.retention.run() }
            let failure = await serve(parts)
            await side?.finish()
            await parts.recorder.finish()
            group.cancelAll()
            try await group.waitForAll()
            return failure
        }
    }

    private func serve(_ parts: DaemonParts) async -> (any Error)? {
        guard !isStopping else { return nil }
        let pool = EnginePool(
            configuration, factory: parts.dispatchers, reader: reader, settings: settings, judge: judge,
            notifier: notifier, logger: logger, setLogLevel: setLogLevel,
            onReload: { await parts.hooks.tryAll() })
        self.pool = pool
        if wantsReload { await pool.requestReload() }
        return await pool.run()
    }

    // MARK: Signals

    private func handle(_ request: DaemonSignals.Request) async {
        switch request {
        case .reload where isStopping: return
        case .reload:
            wantsReload = true
            await pool?.requestReload()
        case .stop(let signal):
            guard isStopping else { return await beginStopping(signal: signal) }
            logger.notice("Stopping at once; prompts in flight stay queued")
            await stopAtOnce()
        }
    }

    private func beginStopping(signal: String) async {
        isStopping = true
        let timeout = settings.current.dispatch.drainTimeout
        logger.notice(
            "\(signal): prompts in flight have \(timeout.secondsText) to finish, the rest stays queued",
            metadata: ["MESSAGE_ID": "\(MessageID.daemonStopping.rawValue)"])
        notifier.stopping(status: "draining")
        drainDeadline = .now + timeout
        await pool?.beginStopping()
        if let parts { await report(state: .draining, parts: parts) }
    }

    private func stopAtOnce() async {
        await pool?.stopAtOnce()
        await parts?.recorder.giveUp()
    }

    // MARK: Status

    /// Writes the status once a second and feeds the watchdog while every loop is alive: dispatchers are asked for
    /// the status, and one that hangs holds this up beyond the watchdog's limit.
    private func report(_ parts: DaemonParts) async throws {
        while !Task.isCancelled {
            if let drainDeadline, drainDeadline <= .now { await stopAtOnce() }
            let isReady = await pool?.isReady ?? false
            let state: SpoolStatus.State = isStopping ? .draining : isReady ? .ready : .starting
            await report(state: state, parts: parts)
            if await isAlive(parts) { notifier.watchdog() }
            if !isReady, !isStopping { notifier.extendTimeout(microseconds: 30_000_000) }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Writes the metrics for whoever collects them, if that is configured.
    private func publishMetrics(_ parts: DaemonParts) async {
        while !Task.isCancelled {
            await writeMetrics(parts)
            try? await Task.sleep(for: MetricsTextfile.interval)
        }
    }

    private func writeMetrics(_ parts: DaemonParts) async {
        guard let path = settings.current.metrics.textfile else { return textfile.remove(unless: nil) }
        let text = await metricsText(parts)
        textfile.write(text, to: path)
    }

    /// The metrics as they are now, for the file and for whoever asks by HTTP.
    private func metricsText(_ parts: DaemonParts) async -> String {
        await MetricsPage(
            parts: parts, pool: pool, ends: ends, settings: settings.current, startedAt: startedAt
        ).text(state: state)
    }

    private func report(state: SpoolStatus.State, parts: DaemonParts) async {
        let status = await StatusBuilder(parts: parts, pool: pool, layout: layout, ends: ends).build(
            state: state)
        // What was true when this was begun may be overtaken.
        guard state == .stopped || !hasStopped else { return }
        self.state = status.state
        notifier.status(status.message)
        do { try status.write(to: layout) } catch { logger.debug("\(error)") }
    }

    /// Whether intake went round its loop lately.
    private func isAlive(_ parts: DaemonParts) async -> Bool {
        await parts.intake.lastBeat.duration(to: .now) < .seconds(10)
    }

    // MARK: Set-up

    /// Locks directories of the daemon's own: another daemon there would take this one's ledger, or stop its engines.
    private static func own(_ directories: [(path: String, key: String)]) throws -> [SpoolLock] {
        var seen: Set<String> = []
        return try directories.filter { seen.insert($0.path).inserted }.map {
            try SpoolLock(directory: $0.path, key: $0.key)
        }
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
