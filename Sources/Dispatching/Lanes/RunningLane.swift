import Engine
import Spool

/// A lane that takes prompts, or finishes its last ones.
struct RunningLane {
    /// The place it runs at, as an index.
    let berth: Int
    let engine: LaneEngine
    let startedAt = ContinuousClock.now
    /// Time that the change to it took, until a prompt has it in its record.
    var changeBefore: Duration
    /// It takes no more prompts.
    var isRetired = false
    /// Prompts the engine works on.
    var inFlight = 0
    /// Those of them that were sent.
    var prompts = RunningPrompts()
    /// The engine's slots that they are in.
    var slotNumbers = SlotNumbers()
    var plan: CurrentPlan?
    /// Why its engine cannot be reached.
    var fault: EngineError?
    /// How many it may work on, where that is found out; nil where it was said.
    var concurrency: ConcurrencyLimit?
    /// The prompt that waits to be alone at the engine, or is.
    var isolated: PromptKey?

    /// Prompts that the engine may be sent at once.
    var slots: Int { concurrency?.current ?? engine.slots }

    /// Slots that are kept busy.
    var busySlots: Int { min(plan?.busySlots ?? engine.slots, slots) }

    /// What its slots hold, for the queue.
    var prefixOrder: PrefixOrder {
        PrefixOrder(idle: slotNumbers.idlePrefixes(of: busySlots), busy: slotNumbers.busyPrefixes)
    }

    /// Whether it goes on taking prompts.
    var isServing: Bool { !isRetired && fault == nil }
}
