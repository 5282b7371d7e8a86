import EngineSimulation
import Glibc

extension RandomStream {
    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// Evenly by its logarithm.
    mutating func logUniform(_ range: ClosedRange<Double>) -> Double {
        exp(uniform(log(range.lowerBound)...log(range.upperBound)))
    }

    mutating func isChosen(withProbability probability: Double) -> Bool { uniform() < probability }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(uniform() * Double(elements.count))]
    }

    /// One of the places of `weights`, as often as its weight says.
    mutating func place(by weights: [Double]) -> Int {
        var left = uniform() * weights.reduce(0, +)
        for (place, weight) in weights.enumerated() {
            left -= weight
            if left < 0 { return place }
        }
        return weights.count - 1
    }

    /// Of the gamma distribution with scale 1, by Marsaglia and Tsang (2000, doi 10.1145/358407.358414).
    mutating func gamma(shape: Double) -> Double {
        guard shape >= 1 else { return gamma(shape: shape + 1) * pow(1 - uniform(), 1 / shape) }
        let d = shape - 1.0 / 3
        while true {
            let x = normal()
            let root = 1 + x / (9 * d).squareRoot()
            guard root > 0 else { continue }
            let v = root * root * root
            if log(1 - uniform()) < x * x / 2 + d - d * v + d * log(v) { return d * v }
        }
    }
}
