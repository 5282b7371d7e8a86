import Synchronization

/// Drafts per step of the requests that a lane finished last: what its other slots are likely doing.
final class RecentDrafts: Sendable {
    private let recent = Mutex<[Double]>([])
    private let capacity: Int

    /// - Parameter capacity: requests that count.
    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Adds a finished request.
    ///
    /// - Returns: The mean of those before it; nil for the first.
    func add(_ draftsPerStep: Double) -> Double? {
        recent.withLock { recent in
            defer {
                recent.append(draftsPerStep)
                if recent.count > capacity { recent.removeFirst() }
            }
            return recent.isEmpty ? nil : recent.reduce(0, +) / Double(recent.count)
        }
    }
}
