import Foundation

/// How many times as fast one contender is as another, by rounds in which both ran.
public struct SpeedRatio: Hashable, Sendable {
    /// The geometric mean of the rounds' ratios.
    public var value: Double
    /// The interval that has the true ratio in it with a probability of 95 %, if the rounds' ratios scatter as a
    /// log-normal variable; nil after one round.
    public var interval: ClosedRange<Double>?
    public var rounds: Int

    /// Student's interval of the mean of the logarithms, mean ± t·s/√n.
    ///
    /// - Parameter ratios: one for each round; nil of none.
    init?(of ratios: [Double]) {
        let logarithms = ratios.filter { $0 > 0 && $0.isFinite }.map { log($0) }
        guard !logarithms.isEmpty else { return nil }
        let count = Double(logarithms.count)
        let mean = logarithms.reduce(0, +) / count
        value = exp(mean)
        rounds = logarithms.count
        guard logarithms.count > 1 else { return }
        let variance = logarithms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        let halfWidth = Self.studentQuantile(degreesOfFreedom: logarithms.count - 1) * sqrt(variance / count)
        interval = exp(mean - halfWidth)...exp(mean + halfWidth)
    }

    /// Whether the first is faster by more than counts, with that confidence.
    public var isFaster: Bool {
        (interval?.lowerBound).map { $0 > 1 + ReportPanel.indifference } ?? false
    }

    /// The 97.5 % quantile of Student's t distribution; beyond 30 degrees of freedom that of 30, which is on the safe side.
    ///
    /// Source: any table of the distribution, such as NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
    static func studentQuantile(degreesOfFreedom: Int) -> Double {
        let table = [
            12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
            2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
            2.052, 2.048, 2.045, 2.042,
        ]
        return table[min(max(1, degreesOfFreedom), table.count) - 1]
    }
}
