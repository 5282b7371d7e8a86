import Glibc

/// How two settings compare for one prompt: log (speed of the one / speed of the other), and how sure that is.
struct SpeedComparison: Sendable, Hashable {
    var logRatio: Double
    var deviation: Double

    /// Expected gain from knowing which is faster: E[max(0, log ratio)] of a normal distribution.
    var expectedImprovement: Double {
        guard deviation > 1e-9 else { return max(0, logRatio) }
        let z = logRatio / deviation
        let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
        let below = 0.5 * erfc(-z / 2.0.squareRoot())
        return deviation * density + logRatio * below
    }
}
