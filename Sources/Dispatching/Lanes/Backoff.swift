/// Growing pauses between tries: one second, doubling, at most a minute.
///
/// An engine that ran for longer than twice the last pause had recovered; its next pause is a second again.
struct Backoff {
    private var failures = 0

    /// The pause before the next try, after one that ran for `duration`.
    mutating func next(afterRunning duration: Duration) -> Duration {
        if duration > pause * 2 { failures = 0 }
        failures += 1
        return pause
    }

    private var pause: Duration { failures == 0 ? .zero : .seconds(min(60, 1 << min(failures - 1, 6))) }
}
