import Engine
import Logging
import Speculation

/// What became of the wish for another configuration.
enum ChangeOutcome: Sendable {
    case accepted
    /// What serves stays.
    case refused(any Error)
    /// The daemon stops, or something newer is wanted.
    case interrupted
}

/// Runs dispatchers of one engine of the pool, one for each configuration of it, and changes from one to the next: what
/// serves goes on until its successor has answered.
actor Serving {
    /// How far a run has come.
    private struct Progress {
        var isTrial = false
        /// The engines of a trial answer.
        var hasAnswered = false
        /// A trial may go on.
        var isAdmitted = false
        /// It takes prompts.
        var isReady = false
        var hasEnded = false
        /// What ended it, if not a stop.
        var error: (any Error)?
    }

    let parts: DaemonParts
    let work: SharedWork
    let logger: Logger
    private let onReady: @Sendable () async -> Void
    /// Called when a new configuration is taken, before prompts go to its engine.
    private let onAccept: @Sendable (ServedConfiguration) async -> Void

    /// The configuration whose engines serve.
    var inForce: ServedConfiguration
    /// What serves, or is about to.
    var current: DispatcherRun?
    /// Runs that have not ended, in the order of their start.
    private(set) var runs: [DispatcherRun] = []
    private var progress: [Int: Progress] = [:]
    private var lastNumber = 0
    private let begun = AsyncStream<DispatcherRun>.makeStream()
    private var failure: (any Error)?
    private var past = DispatchCounts()
    private(set) var isReady = false
    /// What to change to, with the number of the wish.
    var wish: (number: Int, configuration: ServedConfiguration)?
    private var wishes = 0
    /// The last wish that was begun with.
    private var begunWish = 0
    private var outcomes: [Int: ChangeOutcome] = [:]
    private var isStopping = false
    private(set) var isHardStopped = false
    /// What is being tried is to be given up.
    var isTrialUnwanted = false
    private var hasStopped = false
    /// How long prompts in flight have when it ends; nil: as long as the daemon has.
    private var drainLimit: Duration?
    private var waiters = Waiters()

    init(
        _ configuration: ServedConfiguration, parts: DaemonParts, work: SharedWork, logger: Logger,
        onReady: @escaping @Sendable () async -> Void,
        onAccept: @escaping @Sendable (ServedConfiguration) async -> Void
    ) {
        inForce = configuration
        self.parts = parts
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
        runs.contains { run in progress[run.number].map { $0.isTrial && !$0.isAdmitted } ?? false }
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
        let socketNumber = parts.socketNumbers.take()
        let start: DispatcherStart =
            switch role {
            case .first: .first
            case .again: .again
            case .trial: .trial(answered: { [weak self] in await self?.noteAnswer(of: number) })
            }
        let dispatcher = parts.makeDispatcher(
            for: configuration, start: start, work: work,
            socketPrefix: DispatcherRun.socketPrefix(socketNumber),
            onReady: { [weak self] in await self?.noteReady(number) })
        let run = DispatcherRun(
            number: number, dispatcher: dispatcher, configuration: configuration, socketNumber: socketNumber)
        progress = progress.filter { known in
            known.key == current?.number || runs.contains { $0.number == known.key }
        }
        progress[number] = Progress(isTrial: role == .trial)
        runs.append(run)
        begun.continuation.yield(run)
        if isHardStopped { run.stop() }
        return run
    }

    private nonisolated func see(_ run: DispatcherRun) async {
        let error = await run.untilEnd()
        await run.dispatcher.returnInterrupted()
        await parts.saveLearned(of: run.configuration.source)
        await noteEnd(of: run, error, counts: run.dispatcher.counts)
    }

    private func noteEnd(of run: DispatcherRun, _ error: (any Error)?, counts: DispatchCounts) {
        past.add(counts)
        parts.socketNumbers.giveBack(run.socketNumber)
        runs.removeAll { $0.number == run.number }
        progress[run.number]?.error = error
        progress[run.number]?.hasEnded = true
        wakeAll()
    }

    private func noteReady(_ number: Int) async {
        progress[number]?.isReady = true
        if !isReady {
            isReady = true
            await onReady()
        }
        wakeAll()
    }

    /// Returns when the run may take the place of the one before, or is over.
    private func noteAnswer(of number: Int) async {
        progress[number]?.hasAnswered = true
        wakeAll()
        await wait { progress[number]?.isAdmitted == true }
    }

    /// Lets a trial go on.
    func admit(_ run: DispatcherRun) {
        progress[run.number]?.isAdmitted = true
        wakeAll()
    }

    func hasAnswered(_ run: DispatcherRun) -> Bool { progress[run.number]?.hasAnswered == true }

    func isServing(_ run: DispatcherRun?) -> Bool {
        run.map { progress[$0.number]?.isReady == true } ?? false
    }

    func hasEnded(_ run: DispatcherRun?) -> Bool {
        run.flatMap { progress[$0.number] }?.hasEnded ?? true
    }

    /// The error that ended a run.
    func error(of run: DispatcherRun) -> (any Error)? { progress[run.number]?.error }

    // MARK: Waiting

    /// Whether there is nothing more to begin.
    var isOver: Bool { isStopping || Task.isCancelled }

    /// Whether a trial is to be given up.
    var isInterrupted: Bool { isTrialUnwanted || wish != nil || isOver }

    /// Returns when `condition` holds, or the task is cancelled.
    func wait(until condition: () -> Bool) async {
        while !condition(), !Task.isCancelled {
            for await _ in waiters.next() { break }
        }
    }

    func wakeAll() { waiters.wakeAll() }
}
