import JSON

/// A figure that is not known exactly, and the bounds between which it lies with a probability of 95 %.
public struct Estimate: Codable, Hashable, Sendable {
    public var value: Double
    public var low: Double
    public var high: Double

    public init(value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }

    /// Nothing, exactly.
    static let zero = Estimate(value: 0, low: 0, high: 0)

    static func + (one: Estimate, other: Estimate) -> Estimate {
        Estimate(value: one.value + other.value, low: one.low + other.low, high: one.high + other.high)
    }

    /// Worked out anew in each of the three.
    func map(_ body: (Double) -> Double) -> Estimate {
        let bounds = [body(low), body(high)]
        return Estimate(
            value: body(value), low: min(bounds[0], bounds[1]), high: max(bounds[0], bounds[1]))
    }

    func members(decimals: Int) -> JSONObject {
        [
            "value": JSON(rounding: value, decimals: decimals),
            "low": JSON(rounding: low, decimals: decimals),
            "high": JSON(rounding: high, decimals: decimals),
        ]
    }
}

extension TimingRecord {
    /// Speed by the clock against depth 0 on the same engine, with as many requests under way.
    public struct Speedup: Hashable, Sendable {
        public enum Basis: String, Codable, CaseIterable, Sendable {
            /// Answers to prompts of the kind were timed at depth 0.
            case measured
            /// Depth 0 was timed, but not with such prompts: the model of step costs says it.
            case predicted
        }

        public var estimate: Estimate
        public var basis: Basis

        public init(_ estimate: Estimate, basis: Basis) {
            self.estimate = estimate
            self.basis = basis
        }

        /// Of a prompt that ran at depth 0.
        public static let none = Speedup(Estimate(value: 1, low: 1, high: 1), basis: .measured)

        var json: JSON {
            var members = estimate.members(decimals: 3)
            members["basis"] = .string(basis.rawValue)
            return .object(members)
        }
    }
}

extension TimingRecord.Speedup: Codable {
    private enum CodingKeys: String, CodingKey { case basis }

    public init(from decoder: any Decoder) throws {
        estimate = try Estimate(from: decoder)
        basis = try decoder.container(keyedBy: CodingKeys.self).decode(Basis.self, forKey: .basis)
    }

    public func encode(to encoder: any Encoder) throws {
        try estimate.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(basis, forKey: .basis)
    }
}
