/// Growing pauses between tries: one second, doubling, at most a minute.
struct Backoff {
    /// An engine that ran this long before it failed is tried again as if it had not failed before.
    static let calm: Duration = .seconds(60)

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
