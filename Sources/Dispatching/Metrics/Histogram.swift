/// How often values lay up to each of some bounds.
package struct Histogram: Sendable, Hashable {
    /// Ascending.
    package let bounds: [Double]
    /// Values up to each bound and over the one before it; at the end those over the last.
    private var counts: [Int]
    package private(set) var sum = 0.0

    init(_ bounds: [Double]) {
        self.bounds = bounds
        counts = [Int](repeating: 0, count: bounds.count + 1)
    }

    /// Counts a value; one that is not finite says nothing.
    mutating func observe(_ value: Double) {
        guard value.isFinite else { return }
        let place = bounds.firstIndex { value <= $0 } ?? bounds.count
        counts[place] += 1
        sum += value
    }

    /// Values in all.
    package var count: Int { counts.reduce(0, +) }

    /// Values up to each bound, those up to the bounds before included.
    package var cumulative: [Int] {
        var sum = 0
        var cumulative: [Int] = []
        for count in counts.dropLast() {
            sum += count
            cumulative.append(sum)
        }
        return cumulative
    }
}
