import Engine
import Logging
import Loops
import Speculation

/// Runs dispatchers of one engine of the pool, one for each configuration of it, and changes from one to the next: what
/// serves goes on until its successor has answered.
actor Serving {
    private let factory: DispatcherFactory
    let work: SharedWork
    let logger: Logger
    private let onReady: @Sendable () async -> Void
    /// Called when a new configuration is taken, before prompts go to its engine.
    private let onAccept: @Sendable (ServedConfiguration) async -> Void

    /// The configuration whose engines serve.
    private(set) var inForce: ServedConfiguration
    /// What serves, or is about to.
    private(set) var current: DispatcherRun?
    /// Runs that have not ended, in the order of their start.
    private(set) var runs: [DispatcherRun] = []
    private var progress = RunProgress()
    private var lastNumber = 0
    private let begun = AsyncStream<DispatcherRun>.makeStream()
    private var failure: (any Error)?
    private var past = DispatchCounts()
    private(set) var isReady = false
    /// What to change to, with the number of the wish.
    private var wish: (number: Int, configuration: ServedConfiguration)?
    private var wishes = 0
    /// The last wish that was begun with.
    private var begunWish = 0
    private var outcomes: [Int: ChangeOutcome] = [:]
    private var isStopping = false
    private(set) var isHardStopped = false
    /// What is being tried is to be given up.
    private var isTrialUnwanted = false
    private var hasStopped = false
    /// How long prompts in flight have when it ends; nil: as long as the daemon has.
    private var drainLimit: Duration?
    private let waiters = Waiters()

    init(
        _ configuration: ServedConfiguration, factory: DispatcherFactory, work: SharedWork, logger: Logger,
        onReady: @escaping @Sendable () async -> Void,
        onAccept: @escaping @Sendable (ServedConfiguration) async -> Void
    ) {
        inForce = configuration
        self.factory = factory
        self.work = work
        self.logger = logger
        self.onReady = onReady
        self.onAccept = onAccept
    }

    /// Serves until a stop.
    ///
    /// - Returns: Why there is nothing to serve with: the first engine did not start.
    func run() async -> (any Error)? {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.conduct() }
            for await run in begun.stream { group.addTask { await self.see(run) } }
        }
        return failure
    }

    /// Starts the first engine, and changes configurations when asked to, until a stop.
    private func conduct() async {
        current = begin(inForce, as: .first)
        while !isOver {
            await wait { wish != nil || isStopping || hasEnded(current) }
            if isOver { break }
            if let wish {
                self.wish = nil
                begunWish = wish.number
                outcomes[wish.number] = await change(to: wish.configuration)
                wakeAll()
            } else if let ended = current {
                failure = error(of: ended)
                guard let smaller = failure.flatMap({ fewerSlots(inForce, after: $0) }) else { break }
                failure = nil
                inForce = smaller
                current = begin(smaller, as: .first)
            }
        }
        hasStopped = true
        wakeAll()
        for run in runs { await drain(run, within: drainLimit) }
        begun.continuation.finish()
    }

    // MARK: Asked from outside

    /// Changes to another configuration of the engine; a change that is under way and not accepted yet is given up for
    /// it.
    ///
    /// - Returns: What came of it, once that is known.
    func take(_ configuration: ServedConfiguration) async -> ChangeOutcome {
        wishes += 1
        isTrialUnwanted = false
        let number = wishes
        wish = (number, configuration)
        wakeAll()
        await wait {
            outcomes[number] != nil || isOver || max(wish?.number ?? 0, begunWish) > number || hasStopped
        }
        return outcomes.removeValue(forKey: number) ?? .interrupted
    }

    /// Gives up a trial that is under way.
    func interrupt() {
        isTrialUnwanted = true
        wakeAll()
    }

    /// Serves with a run from now on; nil: with none, until another one begins.
    func serve(with run: DispatcherRun?) { current = run }

    func accept(_ new: ServedConfiguration) async {
        inForce = new
        await onAccept(new)
    }

    /// Sends nothing more; prompts in flight go on, for `limit`, or as long as the daemon has.
    func beginStopping(within limit: Duration? = nil) async {
        isStopping = true
        drainLimit = limit
        wakeAll()
        for run in runs { await run.dispatcher.drain() }
    }

    /// Ends all engines; prompts in flight go back to the queue.
    func stopAtOnce() {
        isStopping = true
        isHardStopped = true
        for run in runs { run.stop() }
        wakeAll()
    }

    /// What runs: what was there first comes first.
    var dispatchers: [Dispatcher] { runs.map(\.dispatcher) }

    /// What is told as a trouble.
    var trouble: String? {
        get async { await current?.dispatcher.reasonToWait }
    }

    /// Whether an engine of a new configuration is being tried.
    var isTrying: Bool {
        runs.contains { progress.isTrial($0.number) }
    }

    /// What dispatchers have done, those that have ended among them.
    var counts: DispatchCounts {
        get async {
            var counts = past
            for run in runs { await counts.add(run.dispatcher.counts) }
            return counts
        }
    }

    // MARK: Runs

    /// How a run begins.
    enum Role { case first, trial, again }

    func begin(_ configuration: ServedConfiguration, as role: Role) -> DispatcherRun {
        lastNumber += 1
        let number = lastNumber
        let socketNumber = factory.socketNumbers.take()
        let start: DispatcherStart =
            switch role {
            case .first: .first
            case .again: .again
            case .trial: .trial(answered: { [weak self] in await self?.noteAnswer(of: number) })
            }
        let dispatcher = factory.makeDispatcher(
            for: configuration, start: start, work: work,
            socketPrefix: DispatcherRun.socketPrefix(socketNumber),
            onReady: { [weak self] in await self?.noteReady(number) })
        let run = DispatcherRun(
            number: number, dispatcher: dispatcher, configuration: configuration, socketNumber: socketNumber)
        progress.forgetAll(but: runs.map(\.number) + [current?.number].compactMap { $0 })
        progress.begin(number, isTrial: role == .trial)
        runs.append(run)
        begun.continuation.yield(run)
        if isHardStopped { run.stop() }
        return run
    }

    private nonisolated func see(_ run: DispatcherRun) async {
        let error = await run.untilEnd()
        await run.dispatcher.returnInterrupted()
        await factory.saveLearned(of: run.configuration.source)
        await noteEnd(of: run, error, counts: run.dispatcher.counts)
    }

    private func noteEnd(of run: DispatcherRun, _ error: (any Error)?, counts: DispatchCounts) {
        past.add(counts)
        factory.socketNumbers.giveBack(run.socketNumber)
        runs.removeAll { $0.number == run.number }
        progress.end(run.number, error)
        wakeAll()
    }

    private func noteReady(_ number: Int) async {
        progress.noteReady(number)
        if !isReady {
            isReady = true
            await onReady()
        }
        wakeAll()
    }

    /// Returns when the run may take the place of the one before, or is over.
    private func noteAnswer(of number: Int) async {
        progress.noteAnswer(of: number)
        wakeAll()
        await wait { progress.isAdmitted(number) }
    }

    /// Lets a trial go on.
    func admit(_ run: DispatcherRun) {
        progress.admit(run.number)
        wakeAll()
    }

    func hasAnswered(_ run: DispatcherRun) -> Bool { progress.hasAnswered(run.number) }

    func isServing(_ run: DispatcherRun?) -> Bool { run.map { progress.isReady($0.number) } ?? false }

    func hasEnded(_ run: DispatcherRun?) -> Bool { run.map { progress.hasEnded($0.number) } ?? true }

    func error(of run: DispatcherRun) -> (any Error)? { progress.error(of: run.number) }

    // MARK: Waiting

    /// Whether there is nothing more to begin.
    var isOver: Bool { isStopping || Task.isCancelled }

    /// Whether a trial is to be given up.
    var isInterrupted: Bool { isTrialUnwanted || wish != nil || isOver }

    /// Returns when `condition` holds, or the task is cancelled.
    func wait(until condition: () -> Bool) async {
        while !condition(), !Task.isCancelled { await waiters.wait() }
    }

    func wakeAll() { waiters.wakeAll() }
}
