/// Time as the daemon's loops have it; tests let it pass at once.
protocol TimeSource: Sendable {
    var now: ContinuousClock.Instant { get }
    /// - Throws: `CancellationError`.
    func sleep(for duration: Duration) async throws
}

/// The machine's monotonic clock.
struct MachineTime: TimeSource {
    var now: ContinuousClock.Instant { .now }

    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
