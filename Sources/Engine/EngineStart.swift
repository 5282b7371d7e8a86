import Synchronization

/// A start of an engine on this machine, which takes its processor and memory from the engines that work.
///
/// What those are timed at meanwhile says nothing of them; ``wasUnderWay(since:)`` tells.
public final class EngineStart: Sendable {
    private struct Starts {
        var underWay = 0
        var lastEnd: ContinuousClock.Instant?
    }

    private static let starts = Mutex(Starts())
    private let hasEnded = Mutex(false)

    /// The start begins.
    init() {
        Self.starts.withLock { $0.underWay += 1 }
    }

    /// The engine answers, or is gone.
    func end() {
        let isNews = hasEnded.withLock { hasEnded in
            defer { hasEnded = true }
            return !hasEnded
        }
        guard isNews else { return }
        Self.starts.withLock { starts in
            starts.underWay -= 1
            starts.lastEnd = .now
        }
    }

    /// Whether an engine was being started by this process at some time from `instant` on.
    public static func wasUnderWay(since instant: ContinuousClock.Instant) -> Bool {
        starts.withLock { $0.underWay > 0 || ($0.lastEnd ?? instant) > instant }
    }
}
