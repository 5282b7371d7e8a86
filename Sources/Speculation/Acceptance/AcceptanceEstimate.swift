import Glibc

/// An acceptance curve with its uncertainty: a normal distribution over (logit α, log γ).
///
/// Estimation is a maximum a posteriori fit by Gauss–Newton steps: the parent group's estimate is the prior,
/// widened by how far groups of that level usually differ, and the group's tally is the evidence.
struct AcceptanceEstimate: Sendable, Hashable {
    var logit: Double
    var logGamma: Double
    var logitVariance: Double
    var logGammaVariance: Double
    var covariance: Double

    /// A prior around a curve, with standard deviations of logit α and log γ.
    init(curve: AcceptanceCurve, logitDeviation: Double, logGammaDeviation: Double) {
        logit = log(curve.alpha / (1 - curve.alpha))
        logGamma = log(curve.gamma)
        logitVariance = logitDeviation * logitDeviation
        logGammaVariance = logGammaDeviation * logGammaDeviation
        covariance = 0
    }

    var curve: AcceptanceCurve {
        AcceptanceCurve(alpha: 1 / (1 + exp(-logit)), gamma: exp(logGamma))
    }

    /// The same estimate, less certain: how a child group starts.
    func widened(logitDeviation: Double, logGammaDeviation: Double) -> AcceptanceEstimate {
        var wider = self
        wider.logitVariance += logitDeviation * logitDeviation
        wider.logGammaVariance += logGammaDeviation * logGammaDeviation
        return wider
    }

    /// Shifted by a logit, as thinking does.
    func shifted(byLogit shift: Double) -> AcceptanceEstimate {
        var shifted = self
        shifted.logit += shift
        return shifted
    }

    /// Standard deviation of log E at a setting.
    func logTokensPerStepDeviation(depth: Int) -> Double {
        guard depth > 0 else { return 0 }
        let moments = curve.moments(depth: depth)
        let a = moments.byLogit
        let b = moments.byLogGamma
        let variance = a * a * logitVariance + 2 * a * b * covariance + b * b * logGammaVariance
        return max(0, variance).squareRoot() / (1 + moments.mean)
    }

    /// The estimate after the evidence of a tally.
    func updated(with tally: AcceptanceTally) -> AcceptanceEstimate {
        let determinant = logitVariance * logGammaVariance - covariance * covariance
        let prior = Precision(
            a: logGammaVariance / determinant, b: -covariance / determinant, c: logitVariance / determinant)
        let evidence = tally.settings.filter { $0.key.pMin == 0 && $0.value.steps > 0 }
            .sorted { $0.key < $1.key }
        var result = self
        for _ in 0..<8 {
            var information = prior
            let x = logit - result.logit
            let y = logGamma - result.logGamma
            var gradientX = prior.a * x + prior.b * y
            var gradientY = prior.b * x + prior.c * y
            let curve = result.curve
            for (setting, totals) in evidence {
                let moments = curve.moments(depth: setting.depth)
                let weight = totals.steps / moments.variance
                let residual = totals.accepted / totals.steps - moments.mean
                information.add(moments.byLogit, moments.byLogGamma, weight: weight)
                gradientX += weight * moments.byLogit * residual
                gradientY += weight * moments.byLogGamma * residual
            }
            var rate = curve.alpha
            for (index, position) in tally.positions.enumerated() where position.trials > 0 {
                let weight = position.trials / max(rate * (1 - rate), 1e-3)
                let residual = position.accepted / position.trials - rate
                let byLogit = rate * (1 - curve.alpha)
                let byLogGamma = rate * Double(index)
                information.add(byLogit, byLogGamma, weight: weight)
                gradientX += weight * byLogit * residual
                gradientY += weight * byLogGamma * residual
                rate *= curve.gamma
            }
            let inverse = information.inverse
            let stepX = inverse.a * gradientX + inverse.b * gradientY
            let stepY = inverse.b * gradientX + inverse.c * gradientY
            result.logit = min(7.5, max(-6, result.logit + min(2, max(-2, stepX))))
            result.logGamma = min(0, max(-1.5, result.logGamma + min(0.3, max(-0.3, stepY))))
            result.logitVariance = inverse.a
            result.covariance = inverse.b
            result.logGammaVariance = inverse.c
            if abs(stepX) < 1e-6, abs(stepY) < 1e-6 { break }
        }
        return result
    }

    /// A symmetric 2×2 matrix [[a, b], [b, c]].
    private struct Precision {
        var a: Double
        var b: Double
        var c: Double

        mutating func add(_ x: Double, _ y: Double, weight: Double) {
            a += weight * x * x
            b += weight * x * y
            c += weight * y * y
        }

        var inverse: Precision {
            let determinant = max(a * c - b * b, 1e-12)
            return Precision(a: c / determinant, b: -b / determinant, c: a / determinant)
        }
    }
}
