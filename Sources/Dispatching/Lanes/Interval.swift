/// A span of time, in seconds.
struct Interval: Sendable, Hashable {
    var start: Double
    var end: Double

    var length: Double { max(0, end - start) }

    /// The part that lies in `other`; nil if there is none.
    func clipped(to other: Interval) -> Interval? {
        let both = Interval(start: max(start, other.start), end: min(end, other.end))
        return both.end > both.start ? both : nil
    }

    /// The same time as spans that do not overlap, in order.
    static func union(_ intervals: [Interval]) -> [Interval] {
        var union: [Interval] = []
        for interval in intervals.sorted(by: { $0.start < $1.start }) {
            if let last = union.last, interval.start <= last.end {
                union[union.count - 1].end = max(last.end, interval.end)
            } else {
                union.append(interval)
            }
        }
        return union
    }
}
