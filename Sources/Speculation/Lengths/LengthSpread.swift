import Glibc

/// How far the lengths of answers may be from what is expected of them, as standard deviations of logarithms.
struct LengthSpread: Sendable, Hashable {
    /// Of their mean, downwards.
    var shorter: Double
    /// Of their mean, upwards.
    var longer: Double
    /// Of single answers about their mean.
    var single: Double

    /// - Parameters:
    ///   - limit: the greatest length that was asked for, over the expected one; nil where none was.
    init(mean: Double, single: Double, limit: Double?) {
        shorter = mean
        longer = min(mean, limit.map { log(max(1, $0)) / LikelyValue.deviations } ?? .infinity)
        self.single = single
    }
}
