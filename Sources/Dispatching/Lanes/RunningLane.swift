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
    var plan: CurrentPlan?
}
