import Speculation

/// An engine of a place that is starting, serves, or waits to serve again.
struct ResidentEngine {
    /// The number of its lane.
    let number: Int
    let setting: DraftSetting
    /// Tells its socket from others' at the place.
    let socket: Int
    /// Each element lets it serve once more; at the end of them the engine is stopped.
    let turns: AsyncStream<Void>.Continuation
    /// Since when it has waited; nil while it starts or serves.
    var waitingSince: ContinuousClock.Instant?
    /// It was told to stop.
    var isEnding = false

    /// Whether it can be let serve again.
    var isWaiting: Bool { waitingSince != nil && !isEnding }
}
