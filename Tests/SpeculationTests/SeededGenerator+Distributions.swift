import Foundation
import TestSupport

extension SeededGenerator {
    mutating func uniform(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &self) }

    mutating func logUniform(_ range: ClosedRange<Double>) -> Double {
        exp(uniform(log(range.lowerBound)...log(range.upperBound)))
    }

    /// A standard normal draw (Box–Muller).
    mutating func normal() -> Double {
        let radius = (-2 * log(max(1e-300, uniform(0...1)))).squareRoot()
        return radius * cos(2 * Double.pi * uniform(0...1))
    }
}
