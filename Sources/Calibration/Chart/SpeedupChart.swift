import Foundation
import Markup
import Workload

/// Speed-ups as grouped bars: a group for each workload, a bar for each setting, a panel for each engine and
/// condition. It adapts to a light or dark surrounding where the viewer says which.
public struct SpeedupChart {
    private let report: CalibrationReport

    private static let margin = 24.0
    private static let axisWidth = 44.0
    private static let plotHeight = 220.0
    private static let barWidth = 13.0
    private static let groupGap = 22.0
    /// Room for the longest workload's name.
    private static let leastGroupWidth = 92.0
    private static let titleHeight = 80.0
    private static let panelTitleHeight = 30.0
    private static let labelHeight = 48.0

    public init(_ report: CalibrationReport) {
        self.report = report
    }

    /// The settings shown: all but off, which is the line at 1.
    private var settings: [SweepSetting] {
        Set(report.panels.flatMap(\.settings)).filter(\.isSpeculating).sorted()
    }

    private var barsWidth: Double { Double(settings.count) * Self.barWidth }
    private var groupWidth: Double { max(Self.leastGroupWidth, barsWidth + Self.groupGap) }

    private var plotWidth: Double {
        let widest = report.panels.map(\.workloads.count).max() ?? 0
        return max(420, Double(widest) * groupWidth)
    }

    private var panelHeight: Double { Self.panelTitleHeight + Self.plotHeight + Self.labelHeight }

    /// The chart as an SVG document; without results it says so.
    public var svg: String {
        let legend = legend()
        let width = Self.margin * 2 + Self.axisWidth + plotWidth
        let top = Self.titleHeight + legend.height
        let height = top + Double(max(1, report.panels.count)) * panelHeight + Self.margin
        var children: [MarkupElement] = [
            MarkupElement("title", text: "Speed-up by workload and draft setting"),
            MarkupElement("style", text: ChartStyle.sheet(for: settings)),
            MarkupElement(
                "rect",
                [
                    "class": "ground", "width": MarkupElement.number(width),
                    "height": MarkupElement.number(height),
                ]),
            .text("Speed-up over no speculation", x: Self.margin, y: 34, style: "title"),
            .text(subtitle, x: Self.margin, y: 55, style: "note"),
        ]
        children += legend.elements
        for (index, panel) in report.panels.enumerated() {
            children += self.panel(panel, top: top + Double(index) * panelHeight)
        }
        if report.panels.isEmpty {
            children.append(.text("nothing was measured", x: Self.margin, y: top + 40, style: "label"))
        }
        return MarkupElement.svg(width: width, height: height, children, isDocument: true).serialized()
    }

    private var subtitle: String {
        let parameters = report.parameters
        let repeats = parameters.repeats == 1 ? "once" : "median of \(parameters.repeats)"
        return "\(parameters.promptSource) prompts, up to \(parameters.maximumTokens) tokens, \(repeats)"
    }

    private func legend() -> (elements: [MarkupElement], height: Double) {
        var elements: [MarkupElement] = []
        var x = Self.margin
        var y = Self.titleHeight
        let limit = Self.margin + Self.axisWidth + plotWidth
        for (index, setting) in settings.enumerated() {
            let width = 36 + Double(setting.label.count) * 6.4
            if x + width > limit, x > Self.margin {
                x = Self.margin
                y += 20
            }
            elements.append(
                .bar(x: x, y: y - 10, width: 12, height: 12, style: "s\(index)"))
            elements.append(.text(setting.label, x: x + 18, y: y, style: "label"))
            x += width
        }
        return (elements, y - Self.titleHeight + 22)
    }

    private func panel(_ panel: ReportPanel, top: Double) -> [MarkupElement] {
        let left = Self.margin + Self.axisWidth
        let bottom = top + Self.panelTitleHeight + Self.plotHeight
        let greatest = panel.rows.compactMap(\.speedup).max() ?? 1
        let scale = ChartScale(reaching: greatest, length: Self.plotHeight - 16)
        var elements: [MarkupElement] = [.text(panel.title, x: Self.margin, y: top + 16, style: "panel")]
        for tick in scale.ticks {
            let y = bottom - scale.position(tick)
            elements.append(.line(x: left, y: y, width: plotWidth, style: "grid"))
            elements.append(
                .text("\(Self.figure(tick))×", x: left - 8, y: y + 4, style: "tick"))
        }
        for (index, workload) in panel.workloads.enumerated() {
            let x = left + Double(index) * groupWidth
            elements += group(workload, of: panel, x: x, bottom: bottom, scale: scale)
        }
        elements.append(.line(x: left, y: bottom - scale.position(1), width: plotWidth, style: "one"))
        return elements
    }

    private func group(
        _ workload: Workload, of panel: ReportPanel, x: Double, bottom: Double, scale: ChartScale
    ) -> [MarkupElement] {
        let best = panel.best(of: workload)
        let middle = x + groupWidth / 2
        var elements: [MarkupElement] = []
        for (index, setting) in settings.enumerated() {
            guard let row = panel.row(workload, setting), let speedup = row.speedup else { continue }
            let height = max(0.5, scale.position(speedup))
            let barX = middle - barsWidth / 2 + Double(index) * Self.barWidth
            elements.append(
                .bar(
                    x: barX + 1, y: bottom - height, width: Self.barWidth - 2, height: height,
                    style: "s\(index)", title: Self.tooltip(row)))
            if setting == best?.setting {
                elements.append(
                    .text(
                        Self.figure(speedup), x: barX + Self.barWidth / 2, y: bottom - height - 4,
                        style: "best"))
            }
        }
        let off = panel.row(workload, .off).map { "\(Self.figure($0.tokensPerSecond)) tok/s off" } ?? ""
        elements.append(.text(workload.rawValue, x: middle, y: bottom + 17, style: "name"))
        elements.append(.text(off, x: middle, y: bottom + 31, style: "off"))
        return elements
    }

    private static func tooltip(_ row: ReportRow) -> String {
        var text =
            "\(row.workload.rawValue), \(row.setting.label): \(figure(row.tokensPerSecond)) tok/s"
        if let speedup = row.speedup { text += ", \(figure(speedup))×" }
        if let acceptance = row.acceptance { text += ", acceptance \(figure(acceptance))" }
        return text
    }

    private static func figure(_ value: Double) -> String {
        value >= 100
            ? String(format: "%.0f", value) : String(format: value >= 10 ? "%.1f" : "%.2f", value)
    }
}
