import Engine
import Logging
import Loops
import Systemd

/// An engine's place in the pool: serves with it, looks for it as long as it does not answer, starts it again where it
/// did not start, and changes it when it is configured otherwise.
actor EngineSeat {
    /// What the pool is told.
    struct Reports: Sendable {
        let isReady: @Sendable () async -> Void
        /// Another configuration of the engine is in force.
        let hasChanged: @Sendable () async -> Void
        /// It did not start or answer, and is tried again.
        let hasFailed: @Sendable () async -> Void
        /// Whether an engine that does not start ends the daemon.
        let isIndispensable: @Sendable () async -> Bool
    }

    private let number: Int
    private let factory: DispatcherFactory
    private let reader: ConfigurationReader
    private let work: SharedWork
    private let logger: Logger
    private let reports: Reports
    private(set) var engine: PoolEngine
    /// Counts the engines that this was set to.
    private var generation = 0
    private(set) var serving: Serving?
    /// An endpoint that takes the place of what serves once it answers, with its number.
    private var awaited: (engine: PoolEngine, number: Int)?
    private var awaitedCount = 0
    /// Why it does not serve.
    private(set) var problem: String?
    private(set) var isReady = false
    private var isEnding = false
    /// What servings that have ended did.
    private var past = DispatchCounts()
    private let waiters = Waiters()

    init(
        _ engine: PoolEngine, number: Int, factory: DispatcherFactory, reader: ConfigurationReader,
        work: SharedWork, logger: Logger, reports: Reports
    ) {
        self.engine = engine
        self.number = number
        self.factory = factory
        self.reader = reader
        self.work = work
        self.logger = logger
        self.reports = reports
    }

    /// Serves until it is told to end.
    ///
    /// - Returns: Why there is nothing to serve with, where the engine is indispensable.
    func run() async -> (any Error)? {
        await withTaskGroup { group in
            group.addTask { await self.awaitEndpoints() }
            defer { group.cancelAll() }
            return await serve()
        }
    }

    private func serve() async -> (any Error)? {
        var backoff = Backoff()
        await introduce()
        while !isEnding, !Task.isCancelled {
            let wanted = generation
            let start = ContinuousClock.now
            do {
                guard let found = try await configuration(number: wanted) else { continue }
                guard let failure = await serve(found) else { continue }
                throw failure
            } catch {
                guard !isEnding, wanted == generation else { continue }
                // One that loads its model has no room yet.
                if (error as? EngineError)?.blame != .load, await reports.isIndispensable() { return error }
                let pause = backoff.next(afterRunning: start.duration(to: .now))
                problem = "\(error)"
                logger.error(
                    "\(engine.subject) cannot be used, next try in \(pause.secondsText): \(error)",
                    metadata: ["MESSAGE_ID": "\(MessageID.laneCrashed.rawValue)"])
                await reports.hasFailed()
                await rest(for: pause) { $0.isSuperseded(wanted) }
            }
        }
        return nil
    }

    /// The engine's configuration, for which an endpoint may have to be asked; nil if another is wanted meanwhile.
    private func configuration(number: Int) async throws -> ServedConfiguration? {
        if let known = engine.configuration { return known }
        let wanted = engine
        let found = try await self.look(at: wanted) { $0.isSuperseded(number) }
        guard let found, !isSuperseded(number) else { return nil }
        engine.configuration = found
        await introduce()
        return isSuperseded(number) ? nil : found
    }

    /// Whether something else is wanted than when the engine had this number.
    private func isSuperseded(_ number: Int) -> Bool { generation != number || isEnding }

    private func serve(_ configuration: ServedConfiguration) async -> (any Error)? {
        if let warning = configuration.source.warning { logger.warning("\(warning)") }
        let serving = Serving(
            configuration, factory: factory, work: work, logger: logger,
            onReady: { [weak self] in await self?.noteReady() },
            onAccept: { [weak self] in await self?.noteAccepted($0) })
        self.serving = serving
        let failure = await serving.run()
        past.add(await serving.counts)
        self.serving = nil
        isReady = false
        wakeAll()
        return failure
    }

    private func noteReady() async {
        isReady = true
        problem = nil
        await reports.isReady()
    }

    private func noteAccepted(_ configuration: ServedConfiguration) async {
        let before = engine.name
        engine = PoolEngine(
            settings: configuration.settings, needs: configuration.needs, configuration: configuration)
        await introduce()
        if before != engine.name { await work.remove(before, of: number) }
        await reports.hasChanged()
    }

    /// Tells those who need to know what the engine is.
    private func introduce() async {
        reader.adopt(engine.settings.engine)
        if !isEnding { await work.add(engine.member(owner: number)) }
    }

    // MARK: Changes

    /// Sets another configuration of the engine in force, if it works.
    func change(to new: PoolEngine) async -> ChangeOutcome {
        guard let serving else { return await replace(by: new) }
        guard let configuration = new.configuration else {
            awaitedCount += 1
            awaited = (new, awaitedCount)
            wakeAll()
            return .refused(UnansweredEndpoint())
        }
        awaited = nil
        let outcome = await serving.take(configuration)
        // What served has ended for a reason of its own.
        if case .interrupted = outcome, self.serving !== serving, !isEnding { return await replace(by: new) }
        return outcome
    }

    private func replace(by new: PoolEngine) async -> ChangeOutcome {
        guard !isEnding else { return .interrupted }
        let before = engine.name
        engine = new
        generation += 1
        awaited = nil
        problem = nil
        wakeAll()
        await introduce()
        if before != new.name { await work.remove(before, of: number) }
        await reports.hasChanged()
        return .accepted
    }

    /// Gives up what is being tried.
    func interrupt() async { await serving?.interrupt() }

    /// Looks for endpoints that are to take the place of what serves.
    private func awaitEndpoints() async {
        var backoff = Backoff()
        while !isEnding, !Task.isCancelled {
            await wait { $0.awaited != nil || $0.isEnding }
            guard let (wanted, number) = awaited else { continue }
            await rest(for: backoff.next(afterRunning: .zero)) { !$0.isAwaited(number) }
            guard isAwaited(number),
                let found = try? await look(at: wanted, unless: { !$0.isAwaited(number) }),
                isAwaited(number), let serving
            else { continue }
            awaited = nil
            backoff = Backoff()
            if case .refused(let error) = await serving.take(found) {
                logger.error("\(engine.subject) stays as it was: \(error)")
            }
        }
    }

    private func isAwaited(_ number: Int) -> Bool { awaited?.number == number && !isEnding }

    // MARK: Ends

    /// Ends after the prompts in flight, which have `limit`; nil: as long as the daemon has.
    func end(within limit: Duration?) async {
        isEnding = true
        if limit != nil { await work.remove(engine.name, of: number) }
        wakeAll()
        await serving?.beginStopping(within: limit)
    }

    /// Ends at once; prompts in flight go back to the queue.
    func stopAtOnce() async {
        isEnding = true
        wakeAll()
        await serving?.stopAtOnce()
    }

    // MARK: Asked from outside

    var counts: DispatchCounts {
        get async {
            var counts = past
            if let serving { counts.add(await serving.counts) }
            return counts
        }
    }

    /// Why nothing is sent to it, as far as that is known.
    var trouble: String? { get async { await serving?.trouble ?? problem } }

    private typealias Condition = @Sendable (isolated EngineSeat) -> Bool

    private func wait(until condition: Condition) async {
        while !condition(self), !Task.isCancelled { await waiters.wait() }
    }

    private func wakeAll() { waiters.wakeAll() }

    /// Waits for a while, or until `condition` holds.
    private func rest(for duration: Duration, until condition: @escaping Condition) async {
        _ = try? await unless({ await self.wait(until: condition) }) { try await Task.sleep(for: duration) }
    }

    /// Looks at an engine.
    ///
    /// - Returns: Nil if `condition` held before that was done.
    private func look(
        at engine: PoolEngine, unless condition: @escaping Condition
    ) async throws -> ServedConfiguration? {
        try await unless({ await self.wait(until: condition) }) {
            try await self.reader.look(at: engine)
        }
    }
}
