import Foundation
import Logging
import Settings
import Systemd

/// The engines that are configured: each serves by itself, and is changed by itself when the configuration is read again.
///
/// One engine alone is a pool of one: what keeps it from its first answer keeps the daemon from it. Of several, and
/// later, those that do not start or answer are tried again while the others work.
actor EnginePool {
    private struct Place {
        let number: Int
        let seat: EngineSeat
        var name: String
        var isReady = false
        var hasFailed = false
        /// It is not configured any more.
        var isLeaving = false
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
    private var places: [Place] = []
    private var placeCount = 0
    private let begun = AsyncStream<@Sendable () async -> Void>.makeStream()
    /// The configuration of the only engine is taken when that engine has answered.
    private var untaken: PoolConfiguration?
    private(set) var isReady = false
    private var wantsReload = false
    private var isStopping = false
    private var failure: (any Error)?
    /// What engines did that are gone.
    private var past = DispatchCounts()
    private var waiters = Waiters()

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
            engine, number: number, parts: parts, reader: reader, work: work, logger: logger,
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
    func requestReload() async {
        wantsReload = true
        for place in places { await place.seat.interrupt() }
        wakeAll()
    }

    /// Sends nothing more; prompts in flight go on.
    func beginStopping() async {
        isStopping = true
        wakeAll()
        for place in places { await place.seat.end(within: nil) }
    }

    /// Ends all engines; prompts in flight go back to the queue.
    func stopAtOnce() async {
        isStopping = true
        wakeAll()
        for place in places { await place.seat.stopAtOnce() }
    }

    /// In the order of their beginning.
    private var servings: [Serving] {
        get async {
            var servings: [Serving] = []
            for place in places { if let serving = await place.seat.serving { servings.append(serving) } }
            return servings
        }
    }

    /// What runs, engine by engine.
    var dispatchers: [Dispatcher] {
        get async {
            var dispatchers: [Dispatcher] = []
            for serving in await servings { dispatchers += await serving.dispatchers }
            return dispatchers
        }
    }

    /// Whether an engine of a new configuration is being tried.
    var isTrying: Bool {
        get async {
            for serving in await servings where await serving.isTrying { return true }
            return false
        }
    }

    /// What the engines did since the daemon started.
    var counts: DispatchCounts {
        get async {
            var counts = past
            for place in places { counts.add(await place.seat.counts) }
            return counts
        }
    }

    /// Why engines take no prompts.
    struct Troubles: Sendable {
        /// Why work waits: every engine has a reason.
        var all: String?
        /// What is wrong with some of them.
        var some: [String] = []
    }

    var troubles: Troubles {
        get async {
            let staying = places.filter { !$0.isLeaving }
            guard staying.count > 1 else { return Troubles(all: await staying.first?.seat.serving?.trouble) }
            var reasons: [String] = []
            for place in staying {
                if let reason = await place.seat.trouble { reasons.append("\(place.name): \(reason)") }
            }
            return reasons.count == staying.count
                ? Troubles(all: reasons.joined(separator: "; ")) : Troubles(some: reasons)
        }
    }

    // MARK: Reload

    private func reload() async {
        wantsReload = false
        // Before the first readiness the manager waits for that.
        let isAnnounced = isReady
        if isAnnounced { notifier.reloading() }
        do {
            let old = await known
            if let new = try await unless(
                { await self.waitForInterruption() }, { try await self.reader.read(replacing: old) })
            {
                await change(to: new)
            }
        } catch {
            refuse(error)
        }
        if isAnnounced, !wantsReload, !isOver { notifier.ready(status: "ready") }
    }

    /// The configuration in force, with the engines as they are.
    private var known: PoolConfiguration {
        get async {
            var known = configuration
            known.engines = []
            for place in places where !place.isLeaving { known.engines.append(await place.seat.engine) }
            return known
        }
    }

    private func change(to new: PoolConfiguration) async {
        let staying = places.filter { !$0.isLeaving }
        if let only = staying.first, staying.count == 1, new.engines.count == 1 {
            untaken = new
            let outcome = await only.seat.change(to: new.engines[0])
            let isTaken = untaken == nil
            untaken = nil
            switch outcome {
            case .refused(let error): refuse(error)
            case .accepted where !isTaken: take(new)
            case .accepted, .interrupted: break
            }
            return
        }
        take(new)
        let names = Set(new.engines.map(\.name))
        let leaving = Set(staying.filter { !names.contains($0.name) }.map(\.number))
        for number in leaving { change(number) { $0.isLeaving = true } }
        let firstNew = placeCount + 1
        for engine in new.engines where !staying.contains(where: { $0.name == engine.name }) { begin(engine) }
        if !leaving.isEmpty {
            begun.continuation.yield { [weak self] in await self?.release(leaving, newFrom: firstNew) }
        }
        await withTaskGroup { group in
            for place in staying {
                guard let engine = new.engines.first(where: { $0.name == place.name }) else { continue }
                group.addTask { await self.change(place, to: engine) }
            }
        }
    }

    /// Lets engines go that are not configured any more, once one that is takes prompts, or does not start beside them.
    private func release(_ leaving: Set<Int>, newFrom first: Int) async {
        await wait {
            isOver
                || places.contains { !$0.isLeaving && ($0.isReady || $0.number >= first && $0.hasFailed) }
        }
        let limit = settings.current.dispatch.drainTimeout
        for place in places where leaving.contains(place.number) { await place.seat.end(within: limit) }
    }

    /// Changes one of several engines; what came of it is its own affair.
    private func change(_ place: Place, to engine: PoolEngine) async {
        if case .refused(let error) = await place.seat.change(to: engine) {
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

    /// Returns when a stop, or a further reload, makes what is being done obsolete.
    private func waitForInterruption() async { await wait { wantsReload || isOver } }

    // MARK: Waiting

    private var isOver: Bool { isStopping || Task.isCancelled }

    private func wait(until condition: () -> Bool) async {
        while !condition(), !Task.isCancelled { for await _ in waiters.next() { break } }
    }

    private func wakeAll() { waiters.wakeAll() }
}
