import Glibc

/// Step times measured at one setting, about one number of busy slots and about one number of drafts.
///
/// A cell keeps its newest samples and speaks by their weighted median, so a stall or a cold first request does not
/// move it, and old times drop out.
struct CostCell: Codable, Sendable, Hashable {
    struct Key: Codable, Sendable, Hashable, Comparable {
        var setting: DraftSetting
        /// Busy slots, rounded.
        var busySlots: Int
        /// Mean drafts a step in halves, rounded.
        var halfDrafts: Int

        static func < (left: Key, right: Key) -> Bool {
            (left.setting, left.busySlots, left.halfDrafts)
                < (right.setting, right.busySlots, right.halfDrafts)
        }
    }

    struct Sample: Codable, Sendable, Hashable {
        var logMilliseconds: Double
        var drafts: Double
        var busySlots: Double
        var weight: Double
    }

    private(set) var samples: [Sample] = []
    private var next = 0
    /// Number of the newest observation in the cell.
    private(set) var lastSeen = 0
    private(set) var summary: Summary?

    /// The cell's samples in one point.
    struct Summary: Codable, Sendable, Hashable {
        var place: CostPlace
        var logMilliseconds: Double
        /// Variance of ``logMilliseconds`` as an estimate of the cell's typical value.
        var variance: Double
        var count: Int
    }

    /// Whether the samples are finite and the cell holds no more than `capacity`.
    func isSound(capacity: Int) -> Bool {
        (1...capacity).contains(samples.count) && (0..<capacity).contains(next) && summary != nil
            && samples.allSatisfy {
                $0.logMilliseconds.isFinite && $0.drafts.isFinite && $0.busySlots >= 1 && $0.weight > 0
            }
    }

    mutating func add(
        _ sample: Sample, at setting: DraftSetting, number: Int, constants: Constants.Costs
    ) {
        if samples.count < constants.samples {
            samples.append(sample)
        } else {
            samples[next] = sample
            next = (next + 1) % constants.samples
        }
        lastSeen = number
        summary = summarize(setting, constants)
    }

    /// The cell in one point: a quantile of its samples, the median for many of them.
    ///
    /// What disturbs a step only ever makes it slower, so of few samples a lower one is believed. The scatter is the
    /// mean square with each sample's part limited, so that disagreement shows and one stall among many does not.
    private func summarize(_ setting: DraftSetting, _ constants: Constants.Costs) -> Summary {
        let count = Double(samples.count)
        let level = 0.5 - 2 * constants.quantilePull / (count + 1)
        let middle = Self.quantile(level, samples.map { ($0.logMilliseconds, $0.weight) })
        let weight = samples.reduce(0) { $0 + $1.weight }
        let squares = samples.reduce(0) { sum, sample in
            let deviation = min(0.5, abs(sample.logMilliseconds - middle))
            return sum + sample.weight * deviation * deviation
        }
        let prior = constants.scatterSamples
        let spread = (squares + prior * constants.scatter * constants.scatter) / (weight + prior)
        let place = CostPlace(
            setting,
            drafts: samples.reduce(0) { $0 + $1.drafts * $1.weight } / weight,
            busySlots: samples.reduce(0) { $0 + $1.busySlots * $1.weight } / weight)
        return Summary(
            place: place, logMilliseconds: middle, variance: 1.57 * spread / weight * (1 + 1 / count),
            count: samples.count)
    }

    /// A weighted quantile, between neighbours where the level falls on a boundary.
    static func quantile(_ level: Double, _ values: [(value: Double, weight: Double)]) -> Double {
        let sorted = values.sorted { $0.value < $1.value }
        let share = sorted.reduce(0) { $0 + $1.weight } * level
        var sum = 0.0
        for (index, entry) in sorted.enumerated() {
            sum += entry.weight
            if sum > share * (1 + 1e-9) { return entry.value }
            if sum > share * (1 - 1e-9), index + 1 < sorted.count {
                return (entry.value + sorted[index + 1].value) / 2
            }
        }
        return sorted.last?.value ?? 0
    }
}
