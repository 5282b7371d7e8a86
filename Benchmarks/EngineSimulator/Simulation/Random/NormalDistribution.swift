import Glibc

/// The standard normal distribution.
enum NormalDistribution {
    /// The probability of a value up to `value`.
    static func probability(upTo value: Double) -> Double { erfc(-value / 2.0.squareRoot()) / 2 }

    /// The value up to which `probability` lies; infinite at 0 and 1.
    ///
    /// Acklam's rational approximation (2003), made exact to rounding by a step of Halley's method.
    static func quantile(_ probability: Double) -> Double {
        guard probability > 0 else { return -.infinity }
        guard probability < 1 else { return .infinity }
        var value: Double
        if probability < 0.02425 {
            value = tail((-2 * log(probability)).squareRoot())
        } else if probability > 1 - 0.02425 {
            value = -tail((-2 * log(1 - probability)).squareRoot())
        } else {
            let q = probability - 0.5
            let r = q * q
            let numerator =
                ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r
                    + 138.3577518672690) * r - 30.66479806614716) * r + 2.506628277459239
            let denominator =
                ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r
                    + 66.80131188771972) * r - 13.28068155288572) * r + 1
            value = q * numerator / denominator
        }
        let error = Self.probability(upTo: value) - probability
        let step = error * (2 * Double.pi).squareRoot() * exp(value * value / 2)
        value -= step / (1 + value * step / 2)
        return value
    }

    private static func tail(_ q: Double) -> Double {
        let numerator =
            ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q
                - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783
        let denominator =
            (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q
                + 3.754408661907416) * q + 1
        return numerator / denominator
    }
}
