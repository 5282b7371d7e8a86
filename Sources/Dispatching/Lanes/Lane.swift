import Engine
import Loops
import Speculation
import Spool

/// A running engine at one setting, which takes prompts or finishes its last ones.
///
/// Its one loop takes the prompts (``Dispatcher/next(in:change:)``), so that what it takes, and when, is decided in one place.
package final class Lane {
    /// What is told of it.
    package struct Report: Sendable {
        package let engine: LaneEngine
        /// Prompts that the engine may be sent at once.
        package let slots: Int
        /// Prompts the engine works on.
        package let inFlight: Int
    }

    let number: Int
    let device: Device
    let engine: LaneEngine
    let startedAt = ContinuousClock.now
    /// What it is doing, until that is to be thought over.
    private(set) var plan: CurrentPlan?
    /// Prompts the engine works on, and one that is being taken.
    private(set) var inFlight = 0
    /// The prompt that waits to be alone at the engine, or is.
    private(set) var isolated: PromptKey?
    /// Why its engine cannot be reached.
    private(set) var fault: EngineError?
    /// It takes no more prompts.
    private var isRetired = false
    /// Time that the change to it took, until a prompt has it in its record.
    private var changeBefore: Duration
    /// The prompts that were sent.
    private var prompts = PromptsInFlight()
    /// The engine's slots that they are in.
    private var slotNumbers = SlotNumbers()
    /// How many it may work on, where that is found out; nil where it was said.
    private var concurrency: ConcurrencyLimit?
    private let waiters = Waiters()

    /// - Parameters:
    ///   - findsConcurrency: whether the engine's slots are only the most that it may be sent.
    ///   - changeBefore: time in which no slot worked, since the device changed to it.
    init(
        _ number: Int, on device: Device, engine: LaneEngine, findsConcurrency: Bool, changeBefore: Duration
    ) {
        self.changeBefore = changeBefore
        self.number = number
        self.device = device
        self.engine = engine
        if findsConcurrency { concurrency = ConcurrencyLimit(greatest: engine.slots) }
        plan = device.takeNextPlan(for: engine.setting)
    }

    var report: Report { Report(engine: engine, slots: slots, inFlight: inFlight) }

    /// Prompts that the engine may be sent at once.
    var slots: Int { concurrency?.current ?? engine.slots }

    /// Slots that are kept busy.
    private var busySlots: Int { min(plan?.busySlots ?? engine.slots, slots) }

    /// What its slots hold, for the queue.
    var prefixOrder: PrefixOrder {
        PrefixOrder(idle: slotNumbers.idlePrefixes(of: busySlots), busy: slotNumbers.busyPrefixes)
    }

    /// The time that the change to it took, for the first who asks; zero for the others.
    func takeChangeBefore() -> Duration {
        defer { changeBefore = .zero }
        return changeBefore
    }

    /// The prompt that was to have it in its record has none.
    func giveBackChange(_ duration: Duration) { changeBefore += duration }

    /// Whether it goes on taking prompts.
    var isServing: Bool { !isRetired && fault == nil }

    /// Whether it can take no prompt whatever there is: every slot is busy, or one has the engine to itself.
    var isFull: Bool { isolated != nil || inFlight >= engine.slots }

    // MARK: Its plan

    func follow(_ plan: CurrentPlan) { self.plan = plan }

    /// A plan is made anew when next asked for.
    func forgetPlan() { plan = nil }

    /// There is more to do: a plan of which nothing is left is of no use any more.
    func lookAgain() {
        if plan?.open.isEmpty == true { plan = nil }
        wake()
    }

    /// Another lane is to take its place.
    func retire(for next: CurrentPlan) {
        isRetired = true
        device.prepare(next)
    }

    // MARK: Its prompts

    /// A prompt is being taken.
    func beginTaking() { inFlight += 1 }

    /// None was there, or it is not to be sent.
    func endTaking() { inFlight -= 1 }

    /// A prompt of the plan is to be sent.
    ///
    /// - Returns: How its group came to this lane.
    func decision(for prompt: QueuedPrompt) -> Decision? { plan?.take(QueueGroup.Key(prompt).text) }

    /// A prompt is to be alone at the engine.
    func isolate(_ key: PromptKey) { isolated = key }

    func endIsolation(of key: PromptKey) {
        if isolated == key { isolated = nil }
    }

    /// Slots that will be busy on average while a further prompt of `tokens` runs, its own included.
    func expectedBusySlots(tokens: Double, waiting: Int) -> Int {
        prompts.expectedBusySlots(
            tokens: tokens, inFlight: inFlight, waiting: waiting, atMost: plan?.busySlots ?? engine.slots,
            now: .now)
    }

    /// A prompt goes to the engine.
    ///
    /// - Returns: The slot to put it in; nil leaves that to the engine.
    func begin(_ assignment: Assignment) -> Int? {
        prompts[assignment.prompt.key] = PromptInFlight(
            expectedTokens: assignment.expectedTokens, tokensPerSecond: assignment.decision.tokensPerSecond)
        return engine.takesSlotNumbers
            ? slotNumbers.take(for: assignment.judgement.prefix, of: busySlots) : nil
    }

    /// A prompt has come back.
    func end(_ key: PromptKey, slot: Int?) {
        if let slot { slotNumbers.giveBack(slot) }
        inFlight -= 1
        prompts[key] = nil
        endIsolation(of: key)
    }

    /// A prompt that has come back was answered.
    func noteAnswer(tokens: Int) {
        concurrency?.noteAnswer(tokens: tokens, inFlight: inFlight + 1, at: .now)
    }

    /// A prompt that has come back was refused for want of room.
    func noteRefusal(sentAt: ContinuousClock.Instant) {
        concurrency?.noteRefusal(inFlight: inFlight + 1, sentAt: sentAt, at: .now)
    }

    /// Its engine cannot be reached any more.
    func fail(_ error: EngineError) { fault = error }

    /// It can be reached again.
    func recover() { fault = nil }

    /// Time until each of its prompts is done, seconds in all.
    var busySlotSeconds: Double { prompts.secondsLeft(at: .now) }

    /// The prompts that it works on.
    var inFlightByBatch: [Int64: BatchInFlight] { prompts.byBatch(at: .now) }

    /// What the planner is to know of it.
    ///
    /// - Parameters:
    ///   - elsewhere: settings of lanes on other devices.
    ///   - withoutStart: settings to which it can change without a start.
    func state(
        slotChoices: [Int], elsewhere: Set<DraftSetting>, withoutStart: Set<DraftSetting>
    ) -> LaneState {
        LaneState(
            setting: engine.setting, switchCostSeconds: device.switchCostSeconds, slots: engine.slots,
            slotChoices: slotChoices, inFlight: inFlight, inFlightTokens: prompts.tokensLeft(at: .now),
            runningSeconds: startedAt.duration(to: .now) / .seconds(1), elsewhere: elsewhere,
            resident: withoutStart)
    }

    // MARK: Waiting

    /// Something has changed for its loop.
    func wake() { waiters.wakeAll() }

    /// Counts the changes.
    var changes: Int { waiters.changes }

    /// Returns at the next of them, when `deadline` has come, or when the task is cancelled.
    func wait(
        isolation: isolated (any Actor)? = #isolation, until deadline: ContinuousClock.Instant?
    ) async {
        await waiters.wait(until: deadline)
    }
}
