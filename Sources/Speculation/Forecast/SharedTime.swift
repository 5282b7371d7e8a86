/// The time of work that lanes share, of each of which is known how long it would need for all of it.
///
/// Speeds add up, and all are done at the same moment. A lane that could begin only when the others are done has no part.
struct SharedTime {
    private struct Lane {
        let alone: LikelyValue
        let delay: Double
    }

    private static let leastSeconds = 1e-9

    private var lanes: [Lane] = []

    /// Adds lanes that are alike.
    ///
    /// - Parameters:
    ///   - alone: what one of them would need for all of it, in seconds.
    ///   - delay: seconds until they begin.
    mutating func add(_ alone: LikelyValue, lanes count: Int, after delay: Double) {
        lanes += [Lane](repeating: Lane(alone: alone, delay: max(0, delay)), count: max(0, count))
    }

    /// When the work is done, in seconds; nil where no lane does it.
    var likely: LikelyValue? {
        guard !lanes.isEmpty else { return nil }
        return LikelyValue(
            value: seconds { $0.value }, low: seconds { $0.low }, high: seconds { $0.high })
    }

    /// With lane i beginning after d, and needing a alone, the work is done at the T for which Σ (T − d) / a = 1.
    private func seconds(_ bound: (LikelyValue) -> Double) -> Double {
        var (speed, missed) = (0.0, 0.0)
        var end = Double.infinity
        for lane in lanes.sorted(by: { $0.delay < $1.delay }) where lane.delay < end {
            let alone = max(bound(lane.alone), Self.leastSeconds)
            speed += 1 / alone
            missed += lane.delay / alone
            end = (1 + missed) / speed
        }
        return end
    }
}
