/// Growing pauses between tries: one second, doubling, at most a minute.
///
/// An engine that ran for longer than twice the last pause had recovered; its next pause is a second again.
struct Backoff {
    /// An engine that ran this long before it failed is tried again as if it had not failed before.
    static let calm: Duration = .seconds(60)

    private var failures = 0

    /// The pause before the next try, after one that ran for `duration`.
    mutating func next(afterRunning duration: Duration) -> Duration {
        if duration > pause * 2 { failures = 0 }
        failures += 1
        return pause
    }

    /// A try went well.
    mutating func reset() {
        failures = 0
    }

    private var pause: Duration { failures == 0 ? .zero : .seconds(min(60, 1 << min(failures - 1, 6))) }
}
