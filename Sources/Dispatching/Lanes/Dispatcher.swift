import Engine
import Foundation
import Logging
import Settings
import Speculation
import Spool

/// Runs lanes, hands prompts to their slots, and decides when a lane gives way to another.
actor Dispatcher {
    private(set) var source: any EngineSource
    let queue: PromptQueue
    /// What waits, as the engines of the pool share it.
    let work: SharedWork
    let store: LearnedStore
    let runner: PromptRunner
    let logger: Logger
    let onReady: @Sendable () async -> Void
    let start: DispatcherStart
    /// Tells the sockets of its engines from those of other dispatchers.
    let socketPrefix: String
    private(set) var policy: DepthPolicy
    private(set) var planner: LanePlanner
    private(set) var settings: Settings

    /// Lanes that take prompts or finish their last ones, by number.
    var lanes: [Int: RunningLane] = [:]
    var laneCount = 0
    var berths: [Berth]
    /// Settings at which a new engine is still to be timed before the first prompt, the next one last.
    var settingsToMeasure: [DraftSetting] = []
    var scouts = Scouts()
    /// Prompts whose engine, at a place, or whose daemon went away under them.
    var interrupted: [(berth: Int, prompt: QueuedPrompt, attempt: Attempt?)] = []
    /// Of the engines, by place.
    var pauses: [Int: EnginePause] = [:]
    private(set) var isDraining = false
    /// Whether it may send prompts, but for those that show that an engine answers.
    var isAdmitted: Bool
    /// Places whose engine has answered, of a trial.
    var answeredBerths: Set<Int> = []
    /// Whether an engine has answered.
    var hasAnswered = false
    var isReady = false
    var failedSettings = FailedSettings()
    /// The setting of the lane that began to serve last.
    var lastServed: DraftSetting?
    var counts = DispatchCounts()
    /// What the server allows in a minute; nil: no limit.
    var rate: TokenBucket?
    var trouble: String?
    /// Why prompts could not be taken from the queue, or ended, when that was last tried.
    var ledgerTrouble: String?
    /// It was told to end; its lanes may take their time for that.
    private(set) var isEnding = false
    private(set) var lastBeat = ContinuousClock.now
    private var waiters = Waiters()

    init(
        source: any EngineSource, queue: PromptQueue, work: SharedWork, store: LearnedStore,
        runner: PromptRunner, settings: Settings, logger: Logger, start: DispatcherStart,
        socketPrefix: String,
        onReady: @escaping @Sendable () async -> Void
    ) {
        self.source = source
        self.queue = queue
        self.work = work
        self.store = store
        self.runner = runner
        self.settings = settings
        self.logger = logger
        self.start = start
        self.socketPrefix = socketPrefix
        self.onReady = onReady
        if case .trial = start { isAdmitted = false } else { isAdmitted = true }
        berths = source.devices.map { Berth(device: $0) }
        rate = Self.rate(settings)
        (policy, planner) = Self.rules(settings, source: source)
    }

    private static func rate(_ settings: Settings) -> TokenBucket? {
        settings.engine.endpointRequestsPerMinute.map { TokenBucket(requestsPerMinute: $0) }
    }

    private static func rules(
        _ settings: Settings, source: any EngineSource
    ) -> (DepthPolicy, LanePlanner) {
        (
            DepthPolicy(
                candidates: source.candidates, explorationShare: settings.speculation.explorationShare),
            LanePlanner(maximumLaneWaitSeconds: settings.dispatch.maximumLaneWait.inSeconds)
        )
    }

    /// Serves the queue until ``drain()`` has been called and every prompt in flight has ended.
    ///
    /// - Throws: ``EngineError`` as ``DispatcherStart`` says, `CancellationError` on cancellation.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.tick() }
            group.addTask { try await self.runLanes() }
            try await group.next()
            group.cancelAll()
        }
    }

    /// The lanes that run, by place.
    var runningLanes: [RunningLane] { lanes.sorted { $0.key < $1.key }.map(\.value) }

    /// The settings at which engines serve or start.
    var settingsInUse: [DraftSetting] {
        berths.flatMap { $0.residents.filter { !$0.isWaiting && !$0.isEnding }.map(\.setting) }
    }

    /// The settings of engines that wait in memory to serve again.
    var waitingSettings: [DraftSetting] { berths.flatMap { $0.waitingSettings.sorted() } }

    /// Sends nothing more; prompts in flight go on.
    func drain() {
        isDraining = true
        wakeAll()
    }

    /// Returns when no prompt is in flight, or the task is cancelled.
    func waitUntilIdle() async {
        while counts.running > 0, !Task.isCancelled { await waitForChange() }
    }

    /// After a stop that did not wait: the prompts in flight count as never sent.
    func returnInterrupted() async {
        let prompts = interrupted
        interrupted = []
        for (_, prompt, attempt) in prompts {
            if attempt == nil { await queue.putBack(prompt) } else { await putBackUncounted(prompt) }
        }
    }

    /// Looks at the queue again, where a lane has nothing to do: the others will in a moment anyway.
    func workArrived() {
        for number in lanes.keys where lanes[number]?.plan?.open.isEmpty == true { lanes[number]?.plan = nil }
        wakeAll()
    }

    /// Takes over what may change while the engine runs; engines that start from now on come from `source`. A paused
    /// engine is tried at once.
    func apply(_ settings: Settings, source: any EngineSource) {
        if settings.engine.endpointRequestsPerMinute != self.settings.engine.endpointRequestsPerMinute {
            rate = Self.rate(settings)
        }
        self.settings = settings
        self.source = source
        for berth in berths.indices {
            berths[berth].stopWaiting(unlessFor: source.candidates)
        }
        for berth in pauses.keys { pauses[berth]?.breaker.endPause(at: .now) }
        (policy, planner) = Self.rules(settings, source: source)
        forgetPlans()
        wakeAll()
    }

    /// Plans are made anew when next asked for.
    func forgetPlans() {
        for number in lanes.keys { lanes[number]?.plan = nil }
    }

    // MARK: Waiting

    /// Returns when something has changed, after a moment, or when the task is cancelled.
    func waitForChange() async {
        for await _ in waiters.next() { break }
    }

    func wakeAll() { waiters.wakeAll() }

    /// Shows that this actor is alive, and wakes slots whose retries have come due or that were cancelled.
    private func tick() async throws {
        defer {
            isEnding = true
            wakeAll()
        }
        while true {
            lastBeat = .now
            await renewOffers()
            wakeAll()
            try await Task.sleep(for: .milliseconds(250))
        }
    }
}
