import Synchronization

/// Bounds how many lines a second the prompts write to the log, which neither a person nor journald's rate limit
/// (10,000 in 30 seconds) can follow beyond some point; `timing.jsonl` has them all.
final class LineBudget: Sendable {
    private struct State {
        var second = ContinuousClock.now
        var used = 0
        var omitted = 0
    }

    private let linesPerSecond: Int
    private let state = Mutex(State())

    init(linesPerSecond: Int = 200) {
        self.linesPerSecond = linesPerSecond
    }

    /// Asks whether one more line may be written.
    ///
    /// - Returns: How many were left out since the last one; nil if this one is to be left out too.
    func take() -> Int? {
        let now = ContinuousClock.now
        return state.withLock { state in
            if state.second.duration(to: now) >= .seconds(1) {
                state.second = now
                state.used = 0
            }
            guard state.used < linesPerSecond else {
                state.omitted += 1
                return nil
            }
            state.used += 1
            defer { state.omitted = 0 }
            return state.omitted
        }
    }

    /// The end of a line's message that says how many others are missing.
    static func note(_ omitted: Int) -> String {
        omitted == 0 ? "" : " (and \(omitted) prompts without a line; their timing.jsonl has them)"
    }
}
