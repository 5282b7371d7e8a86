import Glibc

/// Something that is not known exactly: what is expected, and the bounds between which it lies with a probability of
/// ``probability``.
public struct LikelyValue: Codable, Sendable, Hashable {
    /// Four times in five.
    public static let probability = 0.8
    /// So many standard deviations on either side hold that much of a normal distribution.
    static let deviations = 1.2816
    /// Of a logarithm, so that every bound is finite.
    private static let greatestDeviation = 4.0

    public static let zero = LikelyValue(value: 0, low: 0, high: 0)

    public var value: Double
    public var low: Double
    public var high: Double

    public init(value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }

    /// - Parameters:
    ///   - less: standard deviation of its logarithm, downwards.
    ///   - more: the same, upwards.
    public init(_ value: Double, less: Double, more: Double) {
        self.init(
            value: value, low: value / Self.factor(less), high: value * Self.factor(more))
    }

    private static func factor(_ deviation: Double) -> Double {
        exp(deviations * min(max(0, deviation), greatestDeviation))
    }
}
