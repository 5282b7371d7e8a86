import Foundation
import Spool

/// Since when batches wait, by the clock that nobody sets.
struct BatchWaits {
    /// The longest wait that is believed of a batch when this process first sees it. How long it waited before is known
    /// from the wall clock only, which may have been set; from then on that is not looked at.
    static let longestBefore: Duration = .seconds(3600)

    private var known: [Int64: ContinuousClock.Instant] = [:]

    /// Since when the batch of a group waits.
    mutating func since(_ group: BacklogGroup) -> ContinuousClock.Instant {
        if let since = known[group.batch] { return since }
        let limit = Self.longestBefore.inSeconds
        let age = Duration.seconds(max(0, min(Date().timeIntervalSince(group.waitingSince), limit)))
        let since = ContinuousClock.now - age
        known[group.batch] = since
        return since
    }

    /// Forgets a batch that waits no more.
    mutating func forget(_ batch: Int64) {
        known[batch] = nil
    }
}
