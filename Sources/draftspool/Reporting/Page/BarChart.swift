import Markup
import PromptBatch

/// Bars side by side: a group for each workload, a bar for each setting.
struct BarChart {
    struct Bar {
        let value: Double
        /// The bounds of what is uncertain, drawn as a line.
        var range: ClosedRange<Double>?
        /// What is shown of it where somebody points at it.
        let title: String
    }

    private static let axisWidth = 52.0
    private static let plotHeight = 200.0
    private static let topMargin = 18.0
    private static let labelHeight = 28.0
    private static let barWidth = 14.0
    private static let groupGap = 22.0
    /// Room for the longest workload's name.
    private static let leastGroupWidth = 92.0

    /// The groups' names.
    let groups: [String]
    /// The styles of the bars of a group.
    let styles: [String]
    /// Follows the figures of the axis.
    let unit: String
    /// A value with a line across the chart.
    var reference: Double?
    /// What the axis reaches whatever the values.
    var leastTop = 1.2
    /// The bars of a group, in the order of the styles; nil where there is none.
    let bars: [[Bar?]]

    private var barsWidth: Double { Double(styles.count) * Self.barWidth }
    private var groupWidth: Double { max(Self.leastGroupWidth, barsWidth + Self.groupGap) }
    private var plotWidth: Double { Double(groups.count) * groupWidth }
    private var bottom: Double { Self.topMargin + Self.plotHeight }

    private var scale: ChartScale {
        let values = bars.joined().compactMap { bar in bar.map { max($0.value, $0.range?.upperBound ?? 0) } }
        return ChartScale(reaching: values.max() ?? 0, atLeast: leastTop, length: Self.plotHeight)
    }

    var element: MarkupElement {
        let scale = scale
        var elements = scale.ticks.flatMap { tick -> [MarkupElement] in
            let y = bottom - scale.position(tick)
            return [
                .line(x: Self.axisWidth, y: y, width: plotWidth, style: "grid"),
                .text(FigureText.tick(tick) + unit, x: Self.axisWidth - 8, y: y + 4, style: "tick"),
            ]
        }
        for (index, name) in groups.enumerated() {
            let middle = Self.axisWidth + (Double(index) + 0.5) * groupWidth
            elements += bars[index].enumerated().flatMap { place, bar in
                bar.map { shapes(of: $0, at: place, middle: middle, scale) } ?? []
            }
            elements.append(.text(name, x: middle, y: bottom + 18, style: "name"))
        }
        if let reference {
            elements.append(
                .line(
                    x: Self.axisWidth, y: bottom - scale.position(reference), width: plotWidth,
                    style: "reference"))
        }
        return .svg(width: Self.axisWidth + plotWidth, height: bottom + Self.labelHeight, elements)
    }

    private func shapes(
        of bar: Bar, at place: Int, middle: Double, _ scale: ChartScale
    ) -> [MarkupElement] {
        let x = middle - barsWidth / 2 + Double(place) * Self.barWidth
        let height = max(0.5, scale.position(bar.value))
        let shape = MarkupElement.bar(
            x: x + 1, y: bottom - height, width: Self.barWidth - 2, height: height, style: styles[place],
            title: bar.title)
        guard let range = bar.range else { return [shape] }
        let top = scale.position(range.upperBound)
        let whisker = MarkupElement.line(
            x: x + Self.barWidth / 2, y: bottom - top, height: top - scale.position(range.lowerBound),
            style: "range")
        return [shape, whisker]
    }
}
