/// An amount that adds up from parts, with what is not known of it.
///
/// What parts have in common is the engine's speed and the usual length of answers: errors there are taken to go together,
/// and add up. Where single answers are longer or shorter than others of their kind, that cancels out in the sum.
public struct UncertainSum: Sendable, Hashable {
    public private(set) var value: Double
    /// Value times the standard deviation of the logarithm of the speed, added up over the parts.
    private var speed: Double
    /// The same of the mean length, downwards and upwards: nothing is longer than what was asked for.
    private var shorter: Double
    private var longer: Double
    /// Variance by what tells single answers apart.
    private var scatter: Double

    /// Nothing, or what is known exactly.
    public init(_ value: Double = 0) {
        self.init(value: value, speed: 0, shorter: 0, longer: 0, scatter: 0)
    }

    /// What one answer takes.
    ///
    /// - Parameter speed: standard deviation of the logarithm of what a token of it takes.
    init(of one: Double, length: LengthSpread, speed: Double = 0) {
        self.init(
            value: one, speed: one * speed, shorter: one * length.shorter, longer: one * length.longer,
            scatter: one * length.single * one * length.single)
    }

    private init(value: Double, speed: Double, shorter: Double, longer: Double, scatter: Double) {
        self.value = value
        self.speed = speed
        self.shorter = shorter
        self.longer = longer
        self.scatter = scatter
    }

    public static func + (one: UncertainSum, other: UncertainSum) -> UncertainSum {
        UncertainSum(
            value: one.value + other.value, speed: one.speed + other.speed,
            shorter: one.shorter + other.shorter, longer: one.longer + other.longer,
            scatter: one.scatter + other.scatter)
    }

    public static func += (one: inout UncertainSum, other: UncertainSum) { one = one + other }

    /// So many parts like this one.
    func times(_ count: Double) -> UncertainSum {
        UncertainSum(
            value: value * count, speed: speed * count, shorter: shorter * count, longer: longer * count,
            scatter: scatter * count)
    }

    /// The sum and its range.
    public var likely: LikelyValue {
        guard value > 0 else { return LikelyValue(value: 0, low: 0, high: 0) }
        func deviation(_ length: Double) -> Double {
            (speed * speed + length * length + scatter).squareRoot() / value
        }
        return LikelyValue(value, less: deviation(shorter), more: deviation(longer))
    }
}
