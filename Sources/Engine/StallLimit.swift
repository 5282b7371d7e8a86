import Synchronization

/// How long engines may show no sign of life; it holds for engines that run, too, from the moment it is changed.
public final class StallLimit: Sendable {
    private let limit: Mutex<Duration>

    /// - Parameter limit: Zero: for ever.
    public init(_ limit: Duration) {
        self.limit = Mutex(limit)
    }

    /// The limit now; zero: none.
    public var current: Duration { limit.withLock { $0 } }

    /// Puts another limit in force.
    public func replace(by new: Duration) {
        limit.withLock { $0 = new }
    }
}
