import Engine
import Foundation
import Logging
import Settings
import Speculation
import Spool
import Systemd

/// Runs lanes one after another, hands prompts to their slots, and decides when to change the lane.
actor Dispatcher {
    let source: any EngineSource
    let queue: PromptQueue
    let store: LearnedStore
    let runner: PromptRunner
    let logger: Logger
    private(set) var policy: DepthPolicy
    private var planner: LanePlanner
    private var settings: Settings

    var lane: LaneEngine?
    private var laneStart = ContinuousClock.now
    /// How long the last lane served.
    private var laneDuration: Duration = .zero
    private var laneNumber = 0
    private var isLaneRetired = false
    private var nextSetting: DraftSetting?
    private var switchCostSeconds = 5.0
    private var budget = ExplorationBudget()
    private var plan: CurrentPlan?
    private(set) var isDraining = false
    private(set) var isReady = false
    private(set) var counts = DispatchCounts()
    private(set) var trouble: String?
    private(set) var lastBeat = ContinuousClock.now
    private var waiters: [CheckedContinuation<Void, Never>] = []
    /// Why the running lane's engine cannot be reached.
    private var laneFault: EngineError?
    /// Until when the engine wants to be left alone.
    private var pausedUntil = ContinuousClock.now
    /// Prompts of which this process knows that no earlier attempt took the engine with it.
    private var harmless: Set<PromptKey> = []
    /// The prompt that waits to be alone at the engine, or is.
    private var isolated: PromptKey?
    private var interrupted: [(prompt: QueuedPrompt, error: EngineError, attempt: Attempt?)] = []
    private let onReady: @Sendable () async -> Void

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
        policy = DepthPolicy(
            candidates: source.candidates, explorationShare: settings.speculation.explorationShare)
        planner = LanePlanner(maximumLaneWaitSeconds: settings.dispatch.maximumLaneWait.inSeconds)
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

    /// Sends nothing more; prompts in flight go on.
    func drain() {
        isDraining = true
        wakeAll()
    }

    /// After a stop that did not wait: the prompts in flight count as never sent.
    func returnInterrupted() async {
        let prompts = interrupted
        interrupted = []
        for (prompt, _, _) in prompts { await putBackUncounted(prompt) }
    }

    /// Looks at the queue again.
    func workArrived() {
        plan = nil
        wakeAll()
    }

    /// Takes over what may change while the engine runs.
    func apply(_ settings: Settings) {
        self.settings = settings
        policy = DepthPolicy(
            candidates: source.candidates, explorationShare: settings.speculation.explorationShare)
        planner = LanePlanner(maximumLaneWaitSeconds: settings.dispatch.maximumLaneWait.inSeconds)
        plan = nil
        wakeAll()
    }

    // MARK: Lanes

    private func runLanes() async throws {
        var backoff = Backoff()
        var setting = try await measureNewEngine()
        while !isDraining {
            try Task.checkCancellation()
            do {
                try await runLane(setting)
                backoff.reset()
                setting = nextSetting ?? setting
            } catch let error as EngineError {
                if case .startFailed = error, !isReady { throw error }
                let pause = backoff.next(afterRunning: laneDuration)
                lane = nil
                trouble = "\(error)"
                logger.error(
                    "The engine is gone, next try in \(Int(pause.inSeconds)) s: \(error)",
                    metadata: [
                        "MESSAGE_ID": "\(MessageID.laneCrashed.rawValue)",
                        "depth": "\(setting.depth)",
                    ])
                await requeueInterrupted(after: error)
                try await Task.sleep(for: pause)
            }
        }
        await store.save()
    }

    /// Times steps at depth 0 on an engine that was never measured.
    ///
    /// - Returns: The setting to go on with, which ``serve(_:number:)`` measures in its turn.
    private func measureNewEngine() async throws -> DraftSetting {
        let middle = source.candidates.last { $0.depth <= 3 } ?? .off
        let model = await store.model
        guard settings.speculation.probe, source.candidates.count > 1,
            !model.hasMeasuredCost(of: .off), let slowest = source.candidates.first
        else { return middle }
        logger.notice("Measuring a new engine at depth \(slowest.depth) and \(middle.depth)")
        let timeout = settings.engine.requestTimeout
        let probed = try await source.withEngine(slowest, logger: logger) { engine in
            try await EngineProbe(engine: engine, requestTimeout: timeout).run(
                tokens: EngineProbe.timingTokens)
        }
        if let probed { await store.learn(probed) }
        return middle
    }

    private func runLane(_ setting: DraftSetting) async throws {
        laneNumber += 1
        isLaneRetired = false
        laneDuration = .zero
        laneFault = nil
        isolated = nil
        nextSetting = nil
        plan = nil
        let number = laneNumber
        let stopping = try await source.withEngine(setting, logger: logger) { engine in
            try await self.serve(engine, number: number)
            return ContinuousClock.now
        }
        switchCostSeconds += stopping.duration(to: .now).inSeconds
    }

    private func serve(_ engine: LaneEngine, number: Int) async throws {
        if !isReady {
            let model = await store.model
            let isMeasured = model.hasMeasuredCost(of: engine.setting) || !settings.speculation.probe
            let probe = EngineProbe(engine: engine, requestTimeout: settings.engine.requestTimeout)
            let probed = try await probe.run(
                tokens: isMeasured ? EngineProbe.answerTokens : EngineProbe.timingTokens)
            if let probed, !isMeasured { await store.learn(probed) }
        }
        lane = engine
        laneStart = .now
        trouble = nil
        switchCostSeconds = engine.startMilliseconds / 1000
        logger.info(
            "Lane at \(engine.setting.label) is up after \(Int(engine.startMilliseconds)) ms",
            metadata: [
                "MESSAGE_ID": "\(MessageID.laneStarted.rawValue)", "depth": "\(engine.setting.depth)",
                "slots": "\(engine.slots)", "engine": "\(engine.description.name)",
                "engine_version": "\(engine.description.version ?? "")",
                "engine_pid": "\(engine.processID ?? 0)",
            ])
        if !isReady {
            isReady = true
            await onReady()
        }
        await withTaskGroup { group in
            for _ in 0..<engine.slots {
                group.addTask {
                    while let assignment = await self.next(in: number) {
                        await self.run(assignment, on: engine)
                    }
                }
            }
        }
        laneDuration = laneStart.duration(to: .now)
        if let laneFault { throw laneFault }
        lane = nil
        logger.info(
            "Lane at \(engine.setting.label) ends",
            metadata: [
                "MESSAGE_ID": "\(MessageID.laneStopped.rawValue)", "depth": "\(engine.setting.depth)",
            ])
    }

    // MARK: Prompts

    /// The next prompt for a lane; nil when the lane is to end.
    private func next(in number: Int) async -> Assignment? {
        while !isDraining, !Task.isCancelled, number == laneNumber, !isLaneRetired, laneFault == nil, let lane
        {
            guard isolated == nil, pausedUntil <= .now else {
                await waitForChange()
                continue
            }
            if plan?.isFresh != true { await refuseImpossible() }
            guard let current = await currentPlan(for: lane), let setting = current.setting else {
                await waitForChange()
                continue
            }
            if setting != lane.setting {
                guard !isLaneRetired else { return nil }
                isLaneRetired = true
                nextSetting = setting
                logger.info("Changing to \(setting.label): \(current.reason)")
                wakeAll()
                return nil
            }
            do {
                if let prompt = try await queue.take(from: Set(current.remaining.keys)) {
                    if let assignment = await admit(prompt, to: lane) { return assignment }
                    continue
                }
                plan = nil
                await waitForChange()
            } catch {
                trouble = "\(error)"
                await waitForChange()
            }
        }
        return nil
    }

    /// Lets a prompt through to the engine. One that may have ended an engine makes its last attempt alone, so that
    /// it takes no other prompt with it and is not blamed for another's doing.
    ///
    /// - Returns: Nil if it is not to be sent now.
    private func admit(_ prompt: QueuedPrompt, to lane: LaneEngine) async -> Assignment? {
        let allowed = settings.dispatch.maximumAttempts
        let isSuspect = prompt.attempts >= max(1, allowed - 1) && !harmless.contains(prompt.key)
        if isSuspect, prompt.attempts >= max(2, allowed) {
            await runner.giveUp(prompt)
            counts.failed += 1
            return nil
        }
        guard isolated == nil else {
            await queue.putBack(prompt)
            return nil
        }
        guard isSuspect else { return await assignment(for: prompt, lane: lane) }
        isolated = prompt.key
        while counts.running > 0, laneFault == nil, !isDraining, !Task.isCancelled { await waitForChange() }
        guard laneFault == nil, !isDraining, !Task.isCancelled else {
            isolated = nil
            await queue.putBack(prompt)
            return nil
        }
        return await assignment(for: prompt, lane: lane)
    }

    /// Fails prompts that demand a depth this engine cannot run: an override is obeyed exactly or not at all.
    private func refuseImpossible() async {
        let impossible = await queue.backlog().filter { group in
            group.judgement.depthOverride.map { !source.canRun(depth: $0) } ?? false
        }
        guard !impossible.isEmpty else { return }
        while let prompt = try? await queue.take(from: Set(impossible.map(\.key.text))) {
            let depth = PromptJudge.decode(prompt.traits).depthOverride ?? 0
            await runner.refuse(prompt, depth: depth, available: source.candidates.map(\.depth))
            counts.failed += 1
        }
    }

    private func assignment(for prompt: QueuedPrompt, lane: LaneEngine) async -> Assignment {
        let judgement = PromptJudge.decode(prompt.traits)
        let key = QueueGroup.Key(
            batch: prompt.key.batch, group: prompt.group, priority: prompt.priority
        ).text
        let planned = plan?.take(key)
        counts.running += 1
        let model = await store.model
        let busySlots = min(lane.slots, counts.running + (await queue.waiting))
        if let planned, source.candidates.count == 1 {
            return Assignment(
                prompt: prompt, judgement: judgement, decision: planned, busySlots: counts.running)
        }
        let own = policy.decide(
            judgement.traits, model: model, busySlots: busySlots, override: judgement.depthOverride)
        let usesOwn =
            own.setting == lane.setting && planned?.source != .exploration && source.candidates.count > 1
        return Assignment(
            prompt: prompt, judgement: judgement, decision: usesOwn ? own : (planned ?? own),
            busySlots: counts.running)
    }

    private func run(_ assignment: Assignment, on engine: LaneEngine) async {
        let result = await runner.run(assignment, on: engine) { await self.counts.running }
        counts.running -= 1
        if isolated == assignment.prompt.key { isolated = nil }
        harmless.remove(assignment.prompt.key)
        switch result {
        case .answered(let tokens, let milliseconds):
            counts.answered += 1
            counts.noteGeneration(tokens: tokens, milliseconds: milliseconds)
            budget.record(tokens: tokens, explored: assignment.decision.source == .exploration)
        case .failed:
            counts.failed += 1
        case .retry(let prompt, let pause):
            harmless.insert(prompt.key)
            await queue.putBack(prompt, notBefore: .now + pause)
        case .refusedForNow(let prompt, let pause):
            logger.warning(
                "The engine has no room; nothing is sent to it for \(Int(pause.inSeconds.rounded(.up))) s")
            pausedUntil = max(pausedUntil, .now + pause)
            await putBackUncounted(prompt)
        case .interrupted(let prompt, let error, let attempt):
            interrupted.append((prompt, error, attempt))
            if error != .cancelled { laneFault = error }
        }
        wakeAll()
    }

    /// Prompts whose engine went away under them: their tasks were cancelled, so they are dealt with here.
    private func requeueInterrupted(after error: EngineError) async {
        let prompts = interrupted
        interrupted = []
        let atEngine = prompts.count { $0.attempt != nil }
        for (prompt, _, attempt) in prompts {
            guard attempt != nil else {
                await queue.putBack(prompt)
                continue
            }
            switch await runner.giveBack(prompt, after: error, attempt: attempt, wasAlone: atEngine == 1) {
            case .retry(let prompt, let pause): await queue.putBack(prompt, notBefore: .now + pause)
            case .failed: counts.failed += 1
            case .answered, .refusedForNow, .interrupted: break
            }
        }
    }

    private func putBackUncounted(_ prompt: QueuedPrompt) async {
        await runner.uncount(prompt)
        var prompt = prompt
        prompt.attempts = max(0, prompt.attempts - 1)
        await queue.putBack(prompt)
    }

    // MARK: Planning

    private func currentPlan(for lane: LaneEngine) async -> CurrentPlan? {
        if let plan, plan.isFresh { return plan }
        let groups = await queue.backlog()
        guard !groups.isEmpty else { return nil }
        let now = Date()
        let entries = groups.map { group in
            BacklogEntry(
                key: group.key.text, traits: group.judgement.traits, prompts: group.waiting,
                expectedTokens: group.expectedTokensEach,
                oldestWaitSeconds: max(0, now.timeIntervalSince(group.waitingSince)),
                override: group.judgement.depthOverride, priority: group.key.priority)
        }
        let state = LaneState(
            setting: lane.setting, switchCostSeconds: switchCostSeconds, slots: lane.slots,
            runningSeconds: laneStart.duration(to: .now).inSeconds)
        let model = await store.model
        let made =
            source.candidates.count == 1
            ? CurrentPlan(only: lane.setting, entries: entries) { entry in
                policy.decide(
                    entry.traits, model: model, busySlots: lane.slots, override: lane.setting.depth)
            }
            : CurrentPlan(
                planner.plan(
                    backlog: entries, running: state, model: model, policy: policy, exploration: budget))
        plan = made
        return made
    }

    // MARK: Waiting

    private func waitForChange() async {
        await withCheckedContinuation { waiters.append($0) }
    }

    private func wakeAll() {
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
