/// Growing pauses between tries: one second, doubling, at most a minute.
struct Backoff {
    private var failures = 0

    /// The pause before the next try.
    mutating func next() -> Duration {
        failures += 1
        return .seconds(min(60, 1 << min(failures - 1, 6)))
    }

    /// A try went well.
    mutating func reset() {
        failures = 0
    }
}
