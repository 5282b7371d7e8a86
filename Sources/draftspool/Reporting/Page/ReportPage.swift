import Daemon
import Markup
import PromptBatch
import Workload

/// A report as one HTML file that needs nothing else: tables, and charts in SVG.
struct ReportPage {
    private static let policy = "default-src 'none'; style-src 'unsafe-inline'"

    private let report: BatchReport
    private let summary: BatchSummary?
    private let settings: [ReportSetting]
    private let spans: [WorkSpans]

    init(_ report: BatchReport) {
        self.report = report
        summary = report.totals
        spans = WorkSpans.of(report.outputs.flatMap { $0.entries.map(\.record) })
        settings = Set((summary?.table ?? []).map(ReportSetting.init) + spans.map(\.setting)).sorted()
    }

    var html: String {
        "<!DOCTYPE html>\n" + MarkupElement("html", ["lang": "en"], [head, body]).serialized()
    }

    private var title: String {
        let names = report.outputs.map { PlainText.singleLine($0.name, limit: 200) }
        return names.prefix(3).joined(separator: ", ")
            + (names.count > 3 ? " and \(names.count - 3) more" : "")
    }

    private var head: MarkupElement {
        MarkupElement(
            "head", [:],
            [
                MarkupElement("meta", ["charset": "utf-8"]),
                MarkupElement(
                    "meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy]),
                MarkupElement(
                    "meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
                MarkupElement("title", text: "\(title) – Draftspool"),
                MarkupElement("style", text: PageStyle.sheet(for: settings)),
            ])
    }

    private var body: MarkupElement {
        var elements = [MarkupElement("h1", text: title)]
        if let summary {
            elements += SummaryText(summary: summary).sentences.map { MarkupElement("p", text: $0) }
            if let engine = engine(summary) {
                elements.append(MarkupElement("p", ["class": "dim"], text: engine))
            }
            if !summary.table.isEmpty { elements += charts(summary) }
        }
        if !spans.isEmpty {
            elements += section(
                "Which setting worked when",
                "A bar is time in which at least one prompt was at the engine; from the first prompt on.",
                TimelineChart(rows: spans, style: style).element)
        }
        if let summary, !summary.table.isEmpty {
            elements += section("By workload and setting", SummaryText(summary: summary).table)
        }
        if report.showsPrompts {
            elements += section("Prompts", report.promptTable())
        }
        return MarkupElement("body", [:], [MarkupElement("main", [:], elements), footer])
    }

    private var footer: MarkupElement {
        let directories = report.outputs.map(\.directory).joined(separator: ", ")
        let made = "Made by draftspool \(DraftspoolVersion.current) of "
        return MarkupElement(
            "footer", [:], [MarkupElement("p", text: made + PlainText.singleLine(directories))])
    }

    private func engine(_ summary: BatchSummary) -> String? {
        guard let engine = summary.engine else { return nil }
        return [
            [engine.name, engine.version].compactMap { $0 }.joined(separator: " "), engine.model,
            engine.quantization, engine.slots.map { FigureText.count($0, "slot") },
        ].compactMap { $0 }.joined(separator: ", ")
    }

    private func style(_ setting: ReportSetting) -> String { PageStyle.name(of: setting, among: settings) }

    private func section(_ heading: String, _ caption: String, _ chart: MarkupElement) -> [MarkupElement] {
        [
            MarkupElement("h2", text: heading),
            MarkupElement(
                "figure", [:],
                [Self.wide(heading, chart.labelled(heading)), MarkupElement("figcaption", text: caption)]),
        ]
    }

    private func section(_ heading: String, _ table: TextTable) -> [MarkupElement] {
        [MarkupElement("h2", text: heading), Self.wide(heading, table.html)]
    }

    /// What may be wider than the window, and is then scrolled alone, by the keyboard too.
    private static func wide(_ name: String, _ element: MarkupElement) -> MarkupElement {
        MarkupElement(
            "div", ["class": "wide", "role": "region", "aria-label": name, "tabindex": "0"], [element])
    }

    // MARK: Charts

    private func charts(_ summary: BatchSummary) -> [MarkupElement] {
        var elements = [legend]
        elements += section(
            "Speed",
            "Tokens a second of one prompt, by generation time: the mean of a workload's prompts at a setting.",
            chart(of: summary.table, unit: "", settings) { row in
                row.tokensPerSecond.map { speed in
                    BarChart.Bar(value: speed, title: title(row, "\(FigureText.rate(speed)) tok/s"))
                }
            })
        let drafting = settings.filter(\.isSpeculating)
        if summary.table.contains(where: { $0.acceptance != nil }) {
            elements += section(
                "Acceptance", "Accepted of drafted tokens.",
                chart(of: summary.table, unit: "", drafting, leastTop: 1) { row in
                    row.acceptance.map { share in
                        BarChart.Bar(value: share, title: title(row, "\(FigureText.share(share)) accepted"))
                    }
                })
        }
        let gains = summary.table.filter { ReportSetting($0).isSpeculating && $0.speedup != nil }
        guard !gains.isEmpty else {
            let verdict = MarkupElement("p", text: SpeculationVerdict(summary.table).text)
            return elements + (drafting.isEmpty ? [] : [verdict])
        }
        return elements
            + section(
                "Against MTP off", SpeculationVerdict(summary.table).text,
                chart(of: gains, unit: "×", drafting, reference: 1) { row in
                    row.speedup.map { speedup in
                        BarChart.Bar(
                            value: speedup.value, range: speedup.low...max(speedup.low, speedup.high),
                            title: title(
                                row,
                                "\(FigureText.times(speedup.value)) (\(FigureText.times(speedup.low)) to \(FigureText.times(speedup.high)))"
                            ))
                    }
                })
    }

    private var legend: MarkupElement {
        MarkupElement(
            "ul", ["class": "legend"],
            settings.map { setting in
                MarkupElement(
                    "li", [:],
                    [
                        MarkupElement("span", ["class": "swatch \(style(setting))"], text: ""),
                        MarkupElement("span", text: setting.name),
                    ])
            })
    }

    private func chart(
        of rows: [SummaryRow], unit: String, _ settings: [ReportSetting], reference: Double? = nil,
        leastTop: Double = 1.2, _ bar: (SummaryRow) -> BarChart.Bar?
    ) -> MarkupElement {
        let shown = rows.filter { bar($0) != nil }
        let workloads = Workload.allCases.filter { workload in shown.contains { $0.workload == workload } }
        let settings = settings.filter { setting in shown.contains { ReportSetting($0) == setting } }
        let bars = workloads.map { workload in
            settings.map { setting in
                shown.first { $0.workload == workload && ReportSetting($0) == setting }.flatMap(bar)
            }
        }
        return BarChart(
            groups: workloads.map(\.rawValue), styles: settings.map(style), unit: unit,
            reference: reference, leastTop: leastTop, bars: bars
        ).element
    }

    private func title(_ row: SummaryRow, _ figure: String) -> String {
        "\(row.workload.rawValue), \(ReportSetting(row).name): \(figure), \(FigureText.count(row.prompts, "prompt"))"
    }
}
