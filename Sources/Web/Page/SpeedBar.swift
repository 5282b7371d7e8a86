import Markup

/// A speed with its spread, drawn in a row of a table.
struct SpeedBar {
    static let width = 180.0
    private static let height = 16.0

    let mean: Double
    let deviation: Double?
    /// For who does not see it.
    let label: String
    let scale: ChartScale

    var markup: String {
        let bar = MarkupElement.bar(
            x: 0, y: 2, width: max(1, scale.position(mean)), height: Self.height - 4, style: "bar")
        var shapes = [bar]
        if let deviation {
            let start = scale.position(max(0, mean - deviation))
            shapes.append(
                .line(
                    x: start, y: Self.height / 2, width: scale.position(mean + deviation) - start,
                    style: "range"))
        }
        return MarkupElement.svg(width: Self.width, height: Self.height, shapes)
            .labelled("\(label) tokens a second").serialized()
    }
}
