import Foundation

/// Times of one kind, milliseconds.
struct Latencies {
    private let sorted: [Double]

    init(_ milliseconds: [Double]) {
        sorted = milliseconds.sorted()
    }

    /// The smallest value that `percent` of all do not exceed.
    func percentile(_ percent: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }

    func text(_ what: String) -> String {
        String(
            format: "%@: median %.2f ms, p90 %.2f, p99 %.2f, greatest %.2f (%d)", what, percentile(50),
            percentile(90), percentile(99), percentile(100), sorted.count)
    }
}
