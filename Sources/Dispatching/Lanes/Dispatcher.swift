import Engine
import Foundation
import Logging
import Loops
import Settings
import Speculation
import Spool

/// Serves the queue with the engines of one configuration.
///
/// On each device one lane runs after another (`Dispatcher+Engines`); a lane takes prompts as it has slots for them
/// (`Dispatcher+Prompts`), by a plan (`Dispatcher+Planning`), as long as its engine is not paused (`Dispatcher+Pausing`).
///
/// One actor for all its lanes: what a lane may do depends on the others, the plan on all of them. ``Lane``, ``Device``
/// and the like own what they have, are seen by nobody else, and do not suspend.
package actor Dispatcher {
    let queue: PromptQueue
    /// What waits, as the engines of the pool share it.
    let work: SharedWork
    let store: LearnedStore
    let runner: PromptRunner
    let logger: Logger
    let onReady: @Sendable () async -> Void
    /// Tells the sockets of its engines from those of other dispatchers.
    let socketPrefix: String
    let devices: [Device]
    let startUp: StartUp
    let firstLooks = FirstLooks()
    let failedSettings = FailedSettings()
    private(set) var source: any EngineSource
    package private(set) var settings: Settings
    /// Counts the configurations that were taken over.
    private(set) var reloads = 0
    private(set) var policy: DepthPolicy
    private(set) var planner: LanePlanner
    /// Lanes that take prompts or finish their last ones, by number.
    private(set) var lanes: [Int: Lane] = [:]
    private var laneCount = 0
    /// The setting of the lane that began to serve last.
    private(set) var lastServed: DraftSetting?
    private(set) var isDraining = false
    private(set) var counts = DispatchCounts()
    /// What the server allows in a minute; nil: no limit.
    private(set) var rate: TokenBucket?
    /// Why no engine is up.
    private var trouble: String?
    /// Why prompts could not be taken from the queue, or ended, when that was last tried.
    private var ledgerTrouble: String?
    private let waiters = Waiters()

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
        self.socketPrefix = socketPrefix
        self.onReady = onReady
        devices = source.devices.enumerated().map { Device(index: $0, name: $1) }
        startUp = StartUp(start, devices: source.devices.count)
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
            DepthPolicy(candidates: source.candidates),
            LanePlanner(maximumLaneWaitSeconds: settings.dispatch.maximumLaneWait / .seconds(1))
        )
    }

    /// Serves the queue until ``drain()`` has been called and every prompt in flight has ended.
    ///
    /// - Throws: ``EngineError`` as ``DispatcherStart`` says, `CancellationError` on cancellation.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.followQueue() }
            group.addTask { await self.renewOffers() }
            defer { group.cancelAll() }
            try await runLanes()
        }
    }

    /// Tells lanes of prompts that have come.
    private func followQueue() async {
        var seen = 0
        while !Task.isCancelled {
            seen = await queue.arrivals(after: seen)
            for lane in lanes.values { lane.lookAgain() }
        }
    }

    // MARK: Asked and told from outside

    /// What each lane does.
    package var laneReports: [Lane.Report] { lanes.sorted { $0.key < $1.key }.map(\.value.report) }

    /// The settings at which engines serve or start.
    var settingsInUse: [DraftSetting] { devices.flatMap(\.engines.settingsInUse) }

    /// The settings of engines that wait in memory to serve again.
    package var waitingSettings: [DraftSetting] { devices.flatMap { $0.engines.waitingSettings.sorted() } }

    /// The settings at which no engine started.
    package var failures: [FailedSettings.Failure] { failedSettings.all }

    /// Why work waits, if it does.
    var reasonToWait: String? {
        trouble ?? ledgerTrouble
            ?? devices.lazy.compactMap { $0.pause.message(self.engineName(on: $0)) }.first
    }

    /// Sends nothing more; prompts in flight go on.
    func drain() {
        isDraining = true
        wakeAll()
    }

    /// Returns when no prompt is in flight, or the task is cancelled.
    func waitUntilIdle() async { await wait { counts.running == 0 } }

    /// After a stop that did not wait: the prompts in flight count as never sent.
    func returnInterrupted() async {
        for interrupted in devices.flatMap({ $0.takeInterrupted() }) {
            await putBackUnblamed(interrupted)
        }
    }

    /// Takes over what may change while the engine runs; engines that start from now on come from `source`. An engine
    /// that is paused, or lost, is tried at once.
    func apply(_ settings: Settings, source: any EngineSource) {
        if settings.engine.endpointRequestsPerMinute != self.settings.engine.endpointRequestsPerMinute {
            rate = Self.rate(settings)
        }
        self.settings = settings
        self.source = source
        for device in devices {
            device.engines.stopWaiting(unlessFor: source.candidates)
            device.pause.endEarly()
        }
        (policy, planner) = Self.rules(settings, source: source)
        reloads += 1
        waiters.wakeAll()
        forgetPlans()
    }

    // MARK: Lanes

    func nextLaneNumber() -> Int {
        laneCount += 1
        return laneCount
    }

    /// A lane begins to serve.
    func begin(_ lane: Lane) {
        lanes[lane.number] = lane
        lastServed = lane.engine.setting
        failedSettings.clear(lane.engine.setting)
        trouble = nil
    }

    /// A lane has served.
    func end(_ lane: Lane) {
        lanes[lane.number] = nil
        if !isOccupied(lane.device) { lane.device.becomeIdle() }
        wakeAll()
    }

    /// - Parameter trouble: why no engine is up, or none answers; nil: one does.
    func note(trouble: String?) { self.trouble = trouble }

    /// - Parameter ledgerTrouble: nil: what is asked of the ledger succeeds.
    func note(ledgerTrouble: (any Error)?) { self.ledgerTrouble = ledgerTrouble.map { "\($0)" } }

    func isOccupied(_ device: Device) -> Bool { lanes.values.contains { $0.device === device } }

    /// The engine that a device has, as people are told of it.
    func engineName(on device: Device) -> String {
        guard let engine = lanes.values.first(where: { $0.device === device })?.engine else { return "" }
        return "\(engine.description.name) with \(engine.description.modelName)"
    }

    // MARK: Counting

    /// Takes what a request costs of what the server allows in a minute.
    ///
    /// - Returns: When to ask again, if there is nothing left.
    func takeRate() -> ContinuousClock.Instant? {
        let now = ContinuousClock.now
        return rate?.take(at: now) == false ? now + (rate?.wait(at: now) ?? .zero) : nil
    }

    /// A prompt is being taken.
    func beginTaking(for lane: Lane) {
        lane.beginTaking()
        counts.running += 1
    }

    /// None was there, or it is not to be sent.
    func endTaking(for lane: Lane) {
        lane.endTaking()
        rate?.giveBack()
        noteEndOfOne()
    }

    /// A prompt is not at an engine any more.
    func noteEndOfOne() {
        counts.running -= 1
        if counts.running == 0 { waiters.wakeAll() }
    }

    func noteAnswer(tokens: Int, milliseconds: Double) {
        counts.answered += 1
        counts.noteGeneration(tokens: tokens, milliseconds: milliseconds)
    }

    func noteFailure() { counts.failed += 1 }

    // MARK: Waiting

    /// Returns when `condition` holds, or the task is cancelled.
    func wait(until condition: () -> Bool) async {
        while !condition(), !Task.isCancelled { await waiters.wait() }
    }

    /// Something has changed for everybody who waits.
    func wakeAll() {
        waiters.wakeAll()
        for lane in lanes.values { lane.wake() }
    }
}
