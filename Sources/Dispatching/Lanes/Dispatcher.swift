import Engine
import Foundation
import Logging
import Settings
import Speculation
import Spool

/// Runs lanes, hands prompts to their slots, and decides when a lane gives way to another.
actor Dispatcher {
    let source: any EngineSource
    let queue: PromptQueue
    let store: LearnedStore
    let runner: PromptRunner
    let logger: Logger
    let onReady: @Sendable () async -> Void
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
    var isReady = false
    var counts = DispatchCounts()
    var trouble: String?
    /// Why prompts could not be taken from the queue, or ended, when that was last tried.
    var ledgerTrouble: String?
    private(set) var lastBeat = ContinuousClock.now
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(
        source: any EngineSource, queue: PromptQueue, store: LearnedStore, runner: PromptRunner,
        settings: Settings, logger: Logger, onReady: @escaping @Sendable () async -> Void
    ) {
        self.source = source
        self.queue = queue
        self.store = store
        self.runner = runner
        self.settings = settings
        self.logger = logger
        self.onReady = onReady
        berths = source.devices.map { Berth(device: $0) }
        (policy, planner) = Self.rules(settings, source: source)
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
    /// - Throws: ``EngineError`` if the engine cannot be started at all, `CancellationError` on cancellation.
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

    /// The settings of engines that wait in memory to serve again.
    var waitingSettings: [DraftSetting] { berths.flatMap { $0.waitingSettings.sorted() } }

    /// Sends nothing more; prompts in flight go on.
    func drain() {
        isDraining = true
        wakeAll()
    }

    /// After a stop that did not wait: the prompts in flight count as never sent.
    func returnInterrupted() async {
        let prompts = interrupted
        interrupted = []
        for (_, prompt, _) in prompts { await putBackUncounted(prompt) }
    }

    /// Looks at the queue again, where a lane has nothing to do: the others will in a moment anyway.
    func workArrived() {
        for number in lanes.keys where lanes[number]?.plan?.open.isEmpty == true { lanes[number]?.plan = nil }
        wakeAll()
    }

    /// Takes over what may change while the engine runs.
    func apply(_ settings: Settings) {
        self.settings = settings
        (policy, planner) = Self.rules(settings, source: source)
        forgetPlans()
        wakeAll()
    }

    /// Plans are made anew when next asked for.
    func forgetPlans() {
        for number in lanes.keys { lanes[number]?.plan = nil }
    }

    // MARK: Waiting

    /// Returns when something has changed, or after a moment.
    func waitForChange() async {
        await withCheckedContinuation { waiters.append($0) }
    }

    func wakeAll() {
        let sleeping = waiters
        waiters = []
        for waiter in sleeping { waiter.resume() }
    }

    /// Shows that this actor is alive, and wakes slots whose retries have come due or that were cancelled.
    private func tick() async throws {
        defer { wakeAll() }
        while true {
            lastBeat = .now
            wakeAll()
            try await Task.sleep(for: .milliseconds(250))
        }
    }
}
