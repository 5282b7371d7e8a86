import Foundation
import Markup
import PromptBatch

/// A line for each engine and setting, with a bar for each span of time in which it worked.
struct TimelineChart {
    /// The greatest width of a letter of a label.
    private static let letterWidth = 7.0
    private static let longestEngine = 32
    private static let plotWidth = 720.0
    private static let rowHeight = 24.0
    private static let axisHeight = 24.0

    let rows: [WorkSpans]
    /// The style of a setting's bars.
    let style: (ReportSetting) -> String

    private var labelWidth: Double {
        let columns = rows.map { TextWidth.columns(Self.label($0)) }.max() ?? 0
        return Double(columns) * Self.letterWidth + 8
    }

    private static func label(_ row: WorkSpans) -> String {
        "\(TextWidth.truncated(PlainText.singleLine(row.engine), to: longestEngine)), \(row.setting.name)"
    }

    var element: MarkupElement {
        let spans = rows.flatMap(\.spans)
        let start = spans.map(\.start).min() ?? .distantPast
        let seconds = max(0.001, (spans.map(\.end).max() ?? start).timeIntervalSince(start))
        let labelWidth = self.labelWidth
        let height = Double(rows.count) * Self.rowHeight
        func x(_ date: Date) -> Double {
            labelWidth + date.timeIntervalSince(start) / seconds * Self.plotWidth
        }
        var elements: [MarkupElement] = []
        for tick in Self.ticks(upTo: seconds) {
            let place = labelWidth + tick / seconds * Self.plotWidth
            elements.append(.line(x: place, y: 0, height: height, style: "grid"))
            elements.append(
                .text(FigureText.span(seconds: tick), x: place, y: height + 16, style: "name"))
        }
        for (index, row) in rows.enumerated() {
            let y = Double(index) * Self.rowHeight
            let name = Self.label(row)
            elements.append(.text(name, x: labelWidth - 8, y: y + 16, style: "tick"))
            let title =
                "\(name): \(FigureText.count(row.prompts, "prompt")), \(FigureText.count(row.tokens, "token"))"
            for span in row.spans {
                elements.append(
                    .bar(
                        x: x(span.start), y: y + 4, width: max(1, x(span.end) - x(span.start)),
                        height: Self.rowHeight - 8, style: style(row.setting), title: title))
            }
        }
        // The last tick's text goes beyond the plot.
        return .svg(
            width: labelWidth + Self.plotWidth + 30, height: height + Self.axisHeight, elements)
    }

    /// Round times, at most nine.
    static func ticks(upTo seconds: Double) -> [Double] {
        let steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200]
        let step =
            steps.map(Double.init).first { seconds / $0 <= 8 } ?? (seconds / 8 / 86_400).rounded(.up) * 86_400
        return Array(stride(from: 0, through: seconds, by: step))
    }
}
