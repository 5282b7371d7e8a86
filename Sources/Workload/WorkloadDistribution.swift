/// How probable each workload is for one request. The probabilities are finite, at least 0, and sum to 1.
public struct WorkloadDistribution: Sendable, Hashable {
    private let probabilities: SIMD8<Double>

    /// Every workload equally probable.
    public static let uniform = WorkloadDistribution(probabilities: [])

    /// All probability on one workload, as an override gives it.
    public init(certain workload: Workload) {
        var certain = SIMD8<Double>.zero
        certain[workload.position] = 1
        probabilities = certain
    }

    /// Probabilities in the order of `Workload.allCases`, scaled to sum to 1.
    ///
    /// Missing, negative and non-finite values count as 0; when nothing is left the result is ``uniform``.
    public init(probabilities: [Double]) {
        var values = SIMD8<Double>.zero
        for (position, value) in probabilities.prefix(values.scalarCount).enumerated()
        where value.isFinite && value > 0 {
            values[position] = value
        }
        self.init(weights: values)
    }

    /// Scales weights that are finite and at least 0.
    init(weights: SIMD8<Double>) {
        let largest = weights.max()
        guard largest > 0 else {
            probabilities = SIMD8(repeating: 1.0 / 8.0)
            return
        }
        let sum = weights.sum()
        if abs(sum - 1) < 1e-12 {
            // Scaling again would only change the last digits of what was written out and read back.
            probabilities = weights
        } else if sum.isFinite, sum >= .leastNormalMagnitude {
            probabilities = weights / sum
        } else {
            let scaled = weights / largest
            probabilities = scaled / scaled.sum()
        }
    }

    /// The probability of a workload.
    public subscript(_ workload: Workload) -> Double {
        probabilities[workload.position]
    }

    /// The most probable workload; of equals, the earliest in `Workload.allCases`.
    public var label: Workload {
        Workload.allCases.reduce(.code) { best, next in self[next] > self[best] ? next : best }
    }

    /// The probability of ``label``.
    public var confidence: Double {
        probabilities.max()
    }
}

extension WorkloadDistribution: Codable {
    /// Reads an object of workload names and probabilities; a name left out has probability 0.
    ///
    /// - Throws: `DecodingError` for an unknown workload name, a probability that is negative or not finite, or
    ///   an object without any positive probability.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: WorkloadKey.self)
        var values = SIMD8<Double>.zero
        for key in container.allKeys {
            guard let workload = Workload(rawValue: key.stringValue) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container,
                    debugDescription: "'\(key.stringValue)' is no workload; use one of \(Workload.nameList)")
            }
            let value = try container.decode(Double.self, forKey: key)
            guard value.isFinite, value >= 0 else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: container,
                    debugDescription: "the probability of '\(key.stringValue)' is \(value); use 0 to 1")
            }
            values[workload.position] = value
        }
        guard values.max() > 0 else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "no workload has a probability above 0; name at least one"))
        }
        self.init(weights: values)
    }

    /// Writes all eight probabilities by workload name.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: WorkloadKey.self)
        for workload in Workload.allCases {
            try container.encode(self[workload], forKey: WorkloadKey(stringValue: workload.rawValue))
        }
    }
}
