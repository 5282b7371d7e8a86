import Glibc

/// How two settings compare for one prompt: log (speed of the one / speed of the other), and how sure that is.
struct SpeedComparison: Sendable, Hashable {
    var logRatio: Double
    /// Standard deviation of ``logRatio``.
    var deviation: Double
    /// The part of ``deviation`` that a measurement of the one would take away.
    var learnableDeviation: Double
    /// The part that it would take away with other prompts than this one: what it tells of the engine.
    var learnableCostDeviation: Double

    /// Expected gain from that measurement before choosing: E[max(0, log ratio)] of a normal distribution.
    var expectedImprovement: Double { improvement(learnableDeviation) }

    /// The same, if other prompts are measured.
    var expectedImprovementByOthers: Double { improvement(learnableCostDeviation) }

    private func improvement(_ deviation: Double) -> Double {
        guard deviation > 1e-9 else { return max(0, logRatio) }
        let z = logRatio / deviation
        let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
        let below = 0.5 * erfc(-z / 2.0.squareRoot())
        return deviation * density + logRatio * below
    }
}
