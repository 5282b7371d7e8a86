/// How busy an engine's slots were while each of several requests generated.
struct SlotOccupancy {
    /// When a request began, began to generate, and ended, in milliseconds on one clock.
    struct Span: Hashable {
        var start: Double
        var generationStart: Double
        var end: Double
    }

    /// What was found for one request.
    struct Share: Hashable {
        /// Slots busy on average while it generated, its own included; 1 at least.
        var busySlots: Double
        /// Share of its generation during which all slots were busy, 0…1.
        var full: Double
    }

    /// Shares in the order of the spans.
    static func shares(of spans: [Span], slots: Int) -> [Share] {
        guard slots > 1 else { return spans.map { _ in Share(busySlots: 1, full: 1) } }
        let times = Set(spans.flatMap { [$0.start, $0.generationStart, $0.end] }).sorted()
        let pieces = zip(times, times.dropFirst()).map { start, end in
            (start: start, end: end, busy: spans.count { $0.start <= start && $0.end >= end })
        }
        return spans.map { span in
            let own = pieces.filter { $0.start >= span.generationStart && $0.end <= span.end }
            let length = own.reduce(0) { $0 + $1.end - $1.start }
            guard length > 0 else { return Share(busySlots: 1, full: 0) }
            let busy = own.reduce(0) { $0 + ($1.end - $1.start) * Double($1.busy) }
            let full = own.filter { $0.busy >= slots }.reduce(0) { $0 + $1.end - $1.start }
            return Share(busySlots: max(1, busy / length), full: full / length)
        }
    }
}
