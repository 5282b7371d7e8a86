import Engine
import Spool

/// A lane that takes prompts, or finishes its last ones.
struct RunningLane {
    /// The place it runs at, as an index.
    let berth: Int
    let engine: LaneEngine
    let startedAt = ContinuousClock.now
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
    /// The prompt that waits to be alone at the engine, or is.
    var isolated: PromptKey?

    /// Whether it goes on taking prompts.
    var isServing: Bool { !isRetired && fault == nil }
}
