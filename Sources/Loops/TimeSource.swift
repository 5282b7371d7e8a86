import Dispatch
import Foundation

/// Time as the daemon's loops have it; tests let it pass at once.
package protocol TimeSource: Sendable {
    var now: ContinuousClock.Instant { get }
    /// - Throws: `CancellationError`.
    func sleep(for duration: Duration) async throws
    /// Returns when the wall clock has come to `date`, whether time has passed, the machine was asleep, or somebody has set
    /// the clock.
    ///
    /// - Throws: `CancellationError`.
    func sleep(until date: Date) async throws
}

/// The machine's monotonic clock, and its wall clock.
package struct MachineTime: TimeSource {
    /// Further away libdispatch's times end; who is woken looks again.
    private static let longestSleepSeconds = 86400.0 * 365

    package init() {}

    package var now: ContinuousClock.Instant { .now }

    package func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }

    package func sleep(until date: Date) async throws {
        let (ring, bell) = AsyncStream<Void>.makeStream()
        let timer = DispatchSource.makeTimerSource()
        // A moment later, so that the clock does not read a hair less.
        let seconds = min(max(0, date.timeIntervalSinceNow), Self.longestSleepSeconds) + 0.001
        timer.schedule(wallDeadline: .now() + seconds)
        timer.setEventHandler { bell.finish() }
        timer.activate()
        defer { timer.cancel() }
        for await _ in ring {}
        try Task.checkCancellation()
    }
}
