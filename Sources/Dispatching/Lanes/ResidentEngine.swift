import Engine
import Speculation

/// An engine of a place that is starting, serves, or waits to serve again.
struct ResidentEngine {
    /// The number of its lane.
    let number: Int
    /// The setting that it serves, is to serve, or served last.
    var setting: DraftSetting
    /// Tells its socket from others' at the place.
    let socket: Int
    /// Each element lets it serve once more, at that setting; at the end of them the engine is stopped.
    let turns: AsyncStream<DraftSetting>.Continuation
    /// What its requests may choose for themselves; nil where it has one setting, and until it is up.
    var requestDepth: RequestDepth?
    /// Since when it has waited; nil while it starts or serves.
    var waitingSince: ContinuousClock.Instant?
    /// It was told to stop.
    var isEnding = false

    /// Whether it can be let serve again.
    var isWaiting: Bool { waitingSince != nil && !isEnding }

    /// Whether it can serve at `setting` without being started anew.
    func offers(_ setting: DraftSetting) -> Bool {
        requestDepth?.offers(setting) ?? (setting == self.setting)
    }
}
