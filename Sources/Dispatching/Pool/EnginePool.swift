import Engine
import Foundation
import Logging
import Settings
import Systemd

/// The engines that are configured: each serves by itself, and is changed by itself when the configuration is read again.
///
/// One engine alone is a pool of one: what keeps it from starting keeps the daemon from it. Of several, those that do
/// not start or answer are tried again while the others work.
actor EnginePool {
    /// An engine's place in the pool.
    private struct Seat {
        var engine: PoolEngine
        var serving: Serving?
        /// It is not configured any more.
        var isLeaving = false
        var hasEnded = false
    }

    private let parts: DaemonParts
    private let reader: ConfigurationReader
    private let settings: SharedSettings
    private let judge: SharedJudge
    private let notifier: ServiceNotifier
    private let logger: Logger
    private let setLogLevel: @Sendable (Logger.Level) -> Void
    private let work = SharedWork()

    private var configuration: PoolConfiguration
    private var seats: [String: Seat] = [:]
    private let begun = AsyncStream<String>.makeStream()
    /// The configuration of the only engine is taken when that engine has answered.
    private var untaken: PoolConfiguration?
    private(set) var isReady = false
    private var wantsReload = false
    private var isStopping = false
    private var failure: (any Error)?
    private var waiters: [AsyncStream<Void>.Continuation] = []

    init(
        _ configuration: PoolConfiguration, parts: DaemonParts, reader: ConfigurationReader,
        settings: SharedSettings, judge: SharedJudge, notifier: ServiceNotifier, logger: Logger,
        setLogLevel: @escaping @Sendable (Logger.Level) -> Void
    ) {
        self.configuration = configuration
        self.parts = parts
        self.reader = reader
        self.settings = settings
        self.judge = judge
        self.notifier = notifier
        self.logger = logger
        self.setLogLevel = setLogLevel
    }

    /// Serves until a stop.
    ///
    /// - Returns: Why there is nothing to serve with: the only engine did not start.
    func run() async -> (any Error)? {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.conduct() }
            for await name in begun.stream { group.addTask { await self.serve(name) } }
        }
        return failure
    }

    private func conduct() async {
        for engine in configuration.engines { await seat(engine) }
        while !isOver {
            await wait { wantsReload || isStopping || seats.values.allSatisfy(\.hasEnded) }
            guard !isOver, wantsReload else { break }
            await reload()
        }
        for seat in seats.values { await seat.serving?.beginStopping() }
        await wait { seats.values.allSatisfy(\.hasEnded) }
        begun.continuation.finish()
    }

    // MARK: Asked from outside

    /// Reads the configuration again; changes that are under way and not accepted yet are given up for it.
    func requestReload() async {
        wantsReload = true
        wakeAll()
        for seat in seats.values { await seat.serving?.interrupt() }
    }

    /// Sends nothing more; prompts in flight go on.
    func beginStopping() async {
        isStopping = true
        wakeAll()
        for seat in seats.values { await seat.serving?.beginStopping() }
    }

    /// Ends all engines; prompts in flight go back to the queue.
    func stopAtOnce() async {
        isStopping = true
        wakeAll()
        for seat in seats.values { await seat.serving?.stopAtOnce() }
    }

    func workArrived() async {
        for serving in servings { await serving.workArrived() }
    }

    /// In the order of the configuration, those that leave last.
    var servings: [Serving] {
        let order = configuration.engines.map(\.name)
        let names = order + seats.keys.filter { !order.contains($0) }.sorted()
        return names.compactMap { seats[$0]?.serving }
    }

    /// Why work waits, if all engines have a reason to.
    var trouble: String? {
        get async {
            var reasons: [String] = []
            for serving in servings {
                guard let reason = await serving.trouble else { return nil }
                reasons.append(reason)
            }
            let absent = seats.values.filter { $0.serving == nil && !$0.hasEnded }.map(\.engine.name).sorted()
            reasons += absent.map { "the engine \($0) has not answered yet" }
            return reasons.isEmpty ? nil : reasons.joined(separator: "; ")
        }
    }

    /// What is wrong with engines beside which others work.
    var complaints: [String] {
        get async {
            var complaints: [String] = []
            for (name, seat) in seats.sorted(by: { $0.key < $1.key }) where seats.count > 1 {
                if let serving = seat.serving {
                    if let reason = await serving.trouble { complaints.append("\(name): \(reason)") }
                } else if !seat.hasEnded {
                    complaints.append("\(name) has not answered yet")
                }
            }
            return complaints
        }
    }

    // MARK: Seats

    private func seat(_ engine: PoolEngine) async {
        seats[engine.name] = Seat(engine: engine)
        await work.add(engine.member)
        begun.continuation.yield(engine.name)
    }

    /// Serves with an engine until a stop, or until it is not configured any more.
    private func serve(_ name: String) async {
        var backoff = Backoff()
        while !isOver, let seat = seats[name], !seat.isLeaving {
            let error: any Error
            do {
                let configuration = try await look(at: seat.engine)
                guard let failed = await serve(configuration, name: name) else { break }
                error = failed
            } catch let problem { error = problem }
            guard configuration.engines.count > 1 else {
                failure = error
                break
            }
            guard !isOver, seats[name]?.isLeaving == false else { break }
            seats[name]?.serving = nil
            let pause = backoff.next(afterRunning: .zero)
            logger.error(
                "The engine \(name) cannot be used, next try in \(Int(pause.inSeconds)) s: \(error)",
                metadata: ["MESSAGE_ID": "\(MessageID.laneCrashed.rawValue)"])
            await rest(for: pause)
        }
        seats[name]?.serving = nil
        seats[name]?.hasEnded = true
        if seats[name]?.isLeaving == true { seats[name] = nil }
        await work.remove(name)
        wakeAll()
    }

    private func look(at engine: PoolEngine) async throws -> ServedConfiguration {
        if let configuration = engine.configuration { return configuration }
        let found = try await reader.look(at: engine)
        seats[engine.name]?.engine.configuration = found
        if let member = seats[engine.name]?.engine.member { await work.add(member) }
        return found
    }

    private func serve(_ configuration: ServedConfiguration, name: String) async -> (any Error)? {
        if let warning = configuration.source.warning { logger.warning("\(warning)") }
        let serving = Serving(
            configuration, parts: parts, work: work, logger: logger,
            onReady: { [weak self] in await self?.noteReady(name) },
            onAccept: { [weak self] in await self?.noteAccepted($0, of: name) })
        seats[name]?.serving = serving
        if isStopping { await serving.beginStopping() }
        return await serving.run()
    }

    private func noteReady(_ name: String) {
        if !name.isEmpty { logger.info("The engine \(name) answers") }
        guard !isReady else { return }
        isReady = true
        logger.notice(
            "Ready: the spool is watched and the engine answers",
            metadata: ["MESSAGE_ID": "\(MessageID.daemonReady.rawValue)"])
        if !isStopping { notifier.ready(status: "ready") }
    }

    private func noteAccepted(_ configuration: ServedConfiguration, of name: String) async {
        seats[name]?.engine.configuration = configuration
        if let member = seats[name]?.engine.member { await work.add(member) }
        reader.adopt(configuration.settings.engine)
        if let untaken {
            take(untaken)
            self.untaken = nil
        }
    }

    // MARK: Reload

    private func reload() async {
        wantsReload = false
        // Before the first readiness the manager waits for that.
        let isAnnounced = isReady
        if isAnnounced { notifier.reloading() }
        do {
            let old = known
            if let new = try await unlessInterrupted({ try await self.reader.read(replacing: old) }) {
                await change(to: new)
            }
        } catch {
            refuse(error)
        }
        if isAnnounced, !wantsReload, !isOver { notifier.ready(status: "ready") }
    }

    /// The configuration in force, with what was found out of its engines since it was read.
    private var known: PoolConfiguration {
        var known = configuration
        for index in known.engines.indices {
            guard let engine = seats[known.engines[index].name]?.engine else { continue }
            known.engines[index] = engine
        }
        return known
    }

    private func change(to new: PoolConfiguration) async {
        let names = new.engines.map(\.name)
        if names.count == 1, configuration.engines.map(\.name) == names,
            let served = new.engines[0].configuration, let serving = seats[names[0]]?.serving
        {
            untaken = new
            let outcome = await serving.take(served)
            untaken = nil
            if case .refused(let error) = outcome { refuse(error) }
            return
        }
        take(new)
        for (name, seat) in seats where !names.contains(name) {
            seats[name]?.isLeaving = true
            await seat.serving?.beginStopping()
        }
        await withTaskGroup { group in
            for engine in new.engines { group.addTask { await self.change(to: engine) } }
        }
    }

    /// Changes one of several engines; what came of it is its own affair.
    private func change(to engine: PoolEngine) async {
        guard let seat = seats[engine.name], !seat.isLeaving, !seat.hasEnded else {
            await wait { seats[engine.name] == nil || seats[engine.name]?.hasEnded == true }
            return await self.seat(engine)
        }
        guard let serving = seat.serving, let served = engine.configuration else {
            seats[engine.name]?.engine = engine
            return
        }
        if case .refused(let error) = await serving.take(served) {
            logger.error(
                "The engine \(engine.name) stays as it was: \(error); mend that and reload again",
                metadata: ["MESSAGE_ID": "\(MessageID.configRefused.rawValue)"])
        }
    }

    private func take(_ new: PoolConfiguration) {
        configuration = new
        judge.replace(by: new.judge)
        settings.replace(by: new.settings)
        setLogLevel(Logger.Level(rawValue: new.settings.logLevel) ?? .info)
        logger.notice(
            "Configuration read again", metadata: ["MESSAGE_ID": "\(MessageID.configReloaded.rawValue)"])
    }

    private func refuse(_ error: any Error) {
        logger.error(
            "The new configuration is refused, the old one stays: \(error); mend that and reload again",
            metadata: ["MESSAGE_ID": "\(MessageID.configRefused.rawValue)"])
    }

    /// Runs work that a stop, or a further reload, cancels.
    ///
    /// - Returns: Nil if it was cancelled.
    private func unlessInterrupted<Result: Sendable>(
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result? {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await self.waitForInterruption()
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private func waitForInterruption() async { await wait { wantsReload || isOver } }

    // MARK: Waiting

    private var isOver: Bool { isStopping || Task.isCancelled }

    /// Returns when `condition` holds, or the task is cancelled.
    private func wait(until condition: () -> Bool) async {
        while !condition(), !Task.isCancelled {
            let (wakeUps, wakeUp) = AsyncStream<Void>.makeStream()
            waiters.append(wakeUp)
            for await _ in wakeUps { break }
        }
    }

    /// Waits for a while, or until the daemon stops or reads its configuration again.
    private func rest(for duration: Duration) async {
        await withTaskGroup { group in
            group.addTask { try? await Task.sleep(for: duration) }
            group.addTask { await self.waitForInterruption() }
            await group.next()
            group.cancelAll()
        }
    }

    private func wakeAll() {
        let sleeping = waiters
        waiters = []
        for waiter in sleeping { waiter.finish() }
    }
}
