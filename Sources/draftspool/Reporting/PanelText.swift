import Calibration
import PromptBatch
import Workload

/// The tables and findings of one engine under one condition.
struct PanelText: Sendable {
    let panel: ReportPanel

    func lines(for terminal: Terminal) -> [String] {
        var lines = speeds(for: terminal).lines(for: terminal)
        if let acceptance { lines += [""] + acceptance.lines(for: terminal) }
        return lines + [""] + hurtLines(terminal) + comparisonLines(terminal) + refusalLines(terminal)
    }

    private var drafting: [SweepSetting] { panel.settings.filter(\.isSpeculating) }

    /// Tokens a second and speed-up; only the speed-up where both would not fit.
    private func speeds(for terminal: Terminal) -> TextTable {
        let full = speeds(withRates: true)
        let width = full.columns.indices.reduce(0) { sum, column in
            let cells = full.rows.map { TextWidth.columns($0[column].text) }
            return sum + 2 + max(TextWidth.columns(full.columns[column].title), cells.max() ?? 0)
        }
        return width - 2 <= terminal.width ? full : speeds(withRates: false)
    }

    private func speeds(withRates: Bool) -> TextTable {
        var table = TextTable(
            [.init(title: "workload"), .init(title: "off tok/s", alignment: .right)]
                + drafting.map { .init(title: $0.shortLabel, alignment: .right) } + [.init(title: "best")])
        for workload in panel.workloads {
            let best = panel.best(of: workload)
            let cells = drafting.map { setting -> TextTable.Cell in
                guard let row = panel.row(workload, setting) else { return .init(FigureText.none) }
                let rate = withRates ? FigureText.rate(row.tokensPerSecond) + " " : ""
                return .init(rate + FigureText.times(row.speedup), style: style(of: row, best: best))
            }
            let off = FigureText.rate(panel.row(workload, .off)?.tokensPerSecond)
            let name = best.map(Self.summary) ?? FigureText.none
            table.rows.append([.init(workload.rawValue), .init(off)] + cells + [.init(name)])
        }
        return table
    }

    private func style(of row: ReportRow, best: ReportRow?) -> Terminal.Style? {
        if row.setting == best?.setting { return .green }
        return (row.speedup ?? 1) < 1 - ReportPanel.indifference ? .red : nil
    }

    private static func summary(_ best: ReportRow) -> String {
        best.setting.isSpeculating
            ? "\(best.setting.shortLabel), \(FigureText.times(best.speedup))" : "off"
    }

    /// Acceptance by setting, and by position at the deepest setting that always drafts all it may.
    private var acceptance: TextTable? {
        guard panel.rows.contains(where: { $0.acceptance != nil }) else { return nil }
        let deepest = drafting.last { !$0.usesNgrams && $0.draft.pMin == 0 }
        let positions = panel.rows.contains { $0.setting == deepest && !$0.acceptancePerPosition.isEmpty }
        var columns: [TextTable.Column] = [.init(title: "acceptance")]
        columns += drafting.map { .init(title: $0.shortLabel, alignment: .right) }
        if positions, let deepest { columns.append(.init(title: "by position at \(deepest.shortLabel)")) }
        var table = TextTable(columns)
        for workload in panel.workloads {
            var cells = [TextTable.Cell(workload.rawValue)]
            cells += drafting.map { .init(FigureText.share(panel.row(workload, $0)?.acceptance)) }
            if positions, let deepest {
                let shares = panel.row(workload, deepest)?.acceptancePerPosition ?? []
                cells.append(.init(shares.map { FigureText.share($0) }.joined(separator: " ")))
            }
            table.rows.append(cells)
        }
        return table
    }

    private func hurtLines(_ terminal: Terminal) -> [String] {
        panel.workloads.compactMap { workload in
            let rows = panel.harmful(to: workload).filter { $0.setting.draft.isDrafting }
            guard !rows.isEmpty else { return nil }
            let name = terminal.styled("MTP hurts \(workload.rawValue)", .red)
            if rows.count > 1, rows.count == drafting.count(where: \.draft.isDrafting) {
                let range = [rows.first, rows.last].map { FigureText.times($0?.speedup) }
                return "\(name) at every setting: " + range.joined(separator: " to ")
            }
            let settings = rows.map { "\(FigureText.times($0.speedup)) at \($0.setting.shortLabel)" }
            return "\(name): " + settings.joined(separator: ", ")
        }
    }

    private func comparisonLines(_ terminal: Terminal) -> [String] {
        guard panel.comparisons.contains(where: { $0.setting.isSpeculating }) else { return [] }
        return ["answers at temperature 0 that equal those of off:"]
            + panel.comparisons.map { comparison in
                let name = comparison.setting.isSpeculating ? comparison.setting.label : "off, asked again"
                var line = "  \(name): \(comparison.equal) of \(comparison.compared)"
                if !comparison.differing.isEmpty {
                    let ids = comparison.differing.prefix(8).map { PlainText.singleLine($0, limit: 60) }
                    let more = comparison.differing.count - ids.count
                    line +=
                        "; differing: " + ids.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
                }
                return line
            }
    }

    private func refusalLines(_ terminal: Terminal) -> [String] {
        panel.refusals.map {
            terminal.styled("refused: ", .red) + PlainText.singleLine($0.customID, limit: 60) + ": "
                + PlainText.singleLine($0.message)
        }
    }
}
