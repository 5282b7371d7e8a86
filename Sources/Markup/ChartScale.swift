import Foundation

/// A linear axis from 0 with round ticks.
package struct ChartScale {
    /// The axis ends at the last one.
    package let ticks: [Double]
    package let length: Double

    /// An axis of `length` that reaches `greatest`, and `least` at least.
    package init(reaching greatest: Double, atLeast least: Double = 1.2, length: Double) {
        let top = max(least, greatest.isFinite ? greatest : least)
        let rough = top / 5
        let magnitude = pow(10, floor(log10(rough)))
        let step = [1, 2, 2.5, 5, 10].map { $0 * magnitude }.first { $0 >= rough } ?? rough
        ticks = (0...Int((top / step).rounded(.up))).map { Double($0) * step }
        self.length = length
    }

    /// The place of a value, measured from the axis' start.
    package func position(_ value: Double) -> Double {
        min(value, ticks.last ?? value) / (ticks.last ?? 1) * length
    }
}
