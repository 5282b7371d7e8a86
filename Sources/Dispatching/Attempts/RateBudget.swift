import Synchronization

/// Bounds how often something is done for prompts that come faster than it is of use.
///
/// The log: neither a person nor journald's rate limit (10,000 lines in 30 seconds) can follow beyond some point, and
/// `timing.jsonl` has every prompt. Learning: its figures are as good from a hundred generations a second.
final class RateBudget: Sendable {
    private struct State {
        var second = ContinuousClock.now
        var used = 0
        var omitted = 0
    }

    private let perSecond: Int
    private let state = Mutex(State())

    init(perSecond: Int) {
        self.perSecond = perSecond
    }

    /// Asks whether it may be done once more.
    ///
    /// - Returns: How often it was left out since the last time; nil if it is to be left out now.
    func take() -> Int? {
        let now = ContinuousClock.now
        return state.withLock { state in
            if state.second.duration(to: now) >= .seconds(1) {
                state.second = now
                state.used = 0
            }
            guard state.used < perSecond else {
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
