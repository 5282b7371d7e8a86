import Foundation
import Intake
import Logging
import Loops
import Settings
import Systemd

/// The engines that are configured: each serves by itself, and is changed by itself when the configuration is read again.
///
/// One engine alone is a pool of one: what keeps it from its first answer keeps the daemon from it. Of several, and
/// later, those that do not start or answer are tried again while the others work.
package actor EnginePool {
    struct Place {
        let number: Int
        let seat: EngineSeat
        fileprivate(set) var name: String
        fileprivate(set) var isReady = false
        fileprivate(set) var hasFailed = false
        /// It is not configured any more.
        fileprivate(set) var isLeaving = false
    }

    private let factory: DispatcherFactory
    let reader: ConfigurationReader
    let settings: SharedSettings
    private let judge: SharedJudge
    let notifier: ServiceNotifier
    let logger: Logger
    private let setLogLevel: @Sendable (Logger.Level) -> Void
    let onReload: @Sendable () async -> Void
    private let work = SharedWork()

    private(set) var configuration: PoolConfiguration
    private(set) var places: [Place] = []
    private var placeCount = 0
    private let begun = AsyncStream<@Sendable () async -> Void>.makeStream()
    /// The configuration of the only engine is taken when that engine has answered.
    private var untaken: PoolConfiguration?
    package private(set) var isReady = false
    private(set) var wantsReload = false
    private var isStopping = false
    private var failure: (any Error)?
    /// What engines did that are gone.
    private(set) var past = DispatchCounts()
    private let waiters = Waiters()

    /// - Parameter onReload: called when a configuration was read again and taken as far as it could be.
    package init(
        _ configuration: PoolConfiguration, factory: DispatcherFactory, reader: ConfigurationReader,
        settings: SharedSettings, judge: SharedJudge, notifier: ServiceNotifier, logger: Logger,
        setLogLevel: @escaping @Sendable (Logger.Level) -> Void,
        onReload: @escaping @Sendable () async -> Void
    ) {
        self.configuration = configuration
        self.factory = factory
        self.reader = reader
        self.settings = settings
        self.judge = judge
        self.notifier = notifier
        self.logger = logger
        self.setLogLevel = setLogLevel
        self.onReload = onReload
    }

    /// Serves until a stop.
    ///
    /// - Returns: Why there is nothing to serve with: the only engine did not start.
    package func run() async -> (any Error)? {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.conduct() }
            for await task in begun.stream { group.addTask { await task() } }
        }
        return failure
    }

    private func conduct() async {
        for engine in configuration.engines { begin(engine) }
        while !isOver {
            await wait { wantsReload || isStopping || places.isEmpty }
            guard !isOver, wantsReload, !places.isEmpty else { break }
            await reload()
        }
        for place in places { await place.seat.end(within: nil) }
        await wait { places.isEmpty }
        begun.continuation.finish()
    }

    // MARK: Places

    private func begin(_ engine: PoolEngine) {
        placeCount += 1
        let number = placeCount
        let seat = EngineSeat(
            engine, number: number, factory: factory, reader: reader, work: work, logger: logger,
            reports: EngineSeat.Reports(
                isReady: { [weak self] in await self?.noteReady(number) },
                hasChanged: { [weak self] in await self?.noteChanged(number) },
                hasFailed: { [weak self] in await self?.noteFailed(number) },
                isIndispensable: { [weak self] in await self?.isIndispensable(number) ?? false }))
        places.append(Place(number: number, seat: seat, name: engine.name))
        begun.continuation.yield { [weak self] in
            let failure = await seat.run()
            await self?.noteEnd(of: number, failure, counts: seat.counts)
        }
    }

    private func change(_ number: Int, _ body: (inout Place) -> Void) {
        if let index = places.firstIndex(where: { $0.number == number }) { body(&places[index]) }
        wakeAll()
    }

    private func noteReady(_ number: Int) {
        change(number) {
            $0.isReady = true
            $0.hasFailed = false
        }
        if let place = places.first(where: { $0.number == number }), !place.name.isEmpty {
            logger.info("The engine \(place.name) answers")
        }
        guard !isReady else { return }
        isReady = true
        logger.notice(
            "Ready: the spool is watched and the engine answers",
            metadata: ["MESSAGE_ID": "\(MessageID.daemonReady.rawValue)"])
        if !isStopping { notifier.ready(status: "ready") }
    }

    private func noteFailed(_ number: Int) {
        change(number) {
            $0.isReady = false
            $0.hasFailed = true
        }
    }

    private func noteChanged(_ number: Int) async {
        let name = await places.first { $0.number == number }?.seat.engine.name
        change(number) { if let name { $0.name = name } }
        if let untaken {
            self.untaken = nil
            take(untaken)
        }
    }

    private func isIndispensable(_ number: Int) -> Bool { !isReady && places.count == 1 }

    private func noteEnd(of number: Int, _ error: (any Error)?, counts: DispatchCounts) {
        if let error { failure = error }
        past.add(counts)
        places.removeAll { $0.number == number }
        wakeAll()
    }

    // MARK: Asked from outside

    /// Reads the configuration again; changes that are under way and not accepted yet are given up for it.
    package func requestReload() async {
        wantsReload = true
        for place in places { await place.seat.interrupt() }
        wakeAll()
    }

    /// Sends nothing more; prompts in flight go on.
    package func beginStopping() async {
        isStopping = true
        wakeAll()
        for place in places { await place.seat.end(within: nil) }
    }

    /// Ends all engines; prompts in flight go back to the queue.
    package func stopAtOnce() async {
        isStopping = true
        wakeAll()
        for place in places { await place.seat.stopAtOnce() }
    }

    // MARK: Reload

    /// The configuration is about to be read for all who asked for that.
    func beginReload() { wantsReload = false }

    /// Has a configuration taken once its only engine has answered.
    ///
    /// - Returns: What came of that, and whether it was taken.
    func change(_ seat: EngineSeat, to new: PoolConfiguration) async -> (ChangeOutcome, isTaken: Bool) {
        untaken = new
        defer { untaken = nil }
        let outcome = await seat.change(to: new.engines[0])
        return (outcome, untaken == nil)
    }

    /// Begins with engines that are new, and lets those go that are not configured any more.
    func replace(_ leaving: Set<Int>, by new: [PoolEngine]) {
        for number in leaving { change(number) { $0.isLeaving = true } }
        let firstNew = placeCount + 1
        for engine in new { begin(engine) }
        guard !leaving.isEmpty else { return }
        begun.continuation.yield { [weak self] in await self?.release(leaving, newFrom: firstNew) }
    }

    /// Puts a configuration in force.
    func take(_ new: PoolConfiguration) {
        configuration = new
        judge.replace(by: new.judge)
        settings.replace(by: new.settings)
        setLogLevel(Logger.Level(rawValue: new.settings.logLevel) ?? .info)
        logger.notice(
            "Configuration read again", metadata: ["MESSAGE_ID": "\(MessageID.configReloaded.rawValue)"])
    }

    // MARK: Waiting

    var isOver: Bool { isStopping || Task.isCancelled }

    func wait(until condition: () -> Bool) async {
        while !condition(), !Task.isCancelled { await waiters.wait() }
    }

    private func wakeAll() { waiters.wakeAll() }
}
