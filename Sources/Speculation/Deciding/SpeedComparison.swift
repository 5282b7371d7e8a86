import Glibc

/// How two settings compare for one prompt: log (speed of the one / speed of the other), and how sure that is.
struct SpeedComparison: Sendable, Hashable {
    var logRatio: Double
    /// Standard deviation of ``logRatio``.
    var deviation: Double
    /// The part of ``deviation`` that a measurement of the one would take away.
    var learnableDeviation: Double

    /// Expected gain from that measurement before choosing: E[max(0, log ratio)] of a normal distribution.
    var expectedImprovement: Double {
        guard learnableDeviation > 1e-9 else { return max(0, logRatio) }
        let deviation = learnableDeviation
        let z = logRatio / deviation
        let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
        let below = 0.5 * erfc(-z / 2.0.squareRoot())
        return deviation * density + logRatio * below
    }
}
