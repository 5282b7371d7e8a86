import PromptBatch

/// A batch's totals and its table by workload and depth, for people.
struct SummaryText: Sendable {
    let summary: BatchSummary

    func lines(for terminal: Terminal) -> [String] {
        (summary.table.isEmpty ? [] : table.lines(for: terminal) + [""]) + [countsLine(terminal), speedLine]
    }

    /// What stands below the table.
    var sentences: [String] {
        [countsLine(Terminal(isInteractive: false, width: .max, hasColours: false)), speedLine]
    }

    var table: TextTable {
        var table = TextTable([
            .init(title: "workload"), .init(title: "depth"), .init(title: "prompts", alignment: .right),
            .init(title: "tokens", alignment: .right), .init(title: "accept", alignment: .right),
            .init(title: "tok/s", alignment: .right), .init(title: "speed-up", alignment: .right),
        ])
        for row in summary.table {
            table.rows.append([
                .init(row.workload.rawValue),
                .init(
                    BatchReport.setting(
                        depth: row.depth, pMin: row.pMin, usesNgrams: row.usesNgrams == true)),
                .init("\(row.prompts)"), .init("\(row.generatedTokens)"),
                .init(FigureText.share(row.acceptance)), .init(FigureText.rate(row.tokensPerSecond)),
                .init(FigureText.times(ReportSetting(row).isSpeculating ? row.speedup?.value : nil)),
            ])
        }
        return table
    }

    private func countsLine(_ terminal: Terminal) -> String {
        let totals = summary.totals
        var parts = ["\(totals.succeeded) of \(FigureText.count(totals.prompts, "prompt")) answered"]
        if totals.failed > 0 { parts.append(terminal.styled("\(totals.failed) failed", .red)) }
        if totals.unreadable > 0 {
            parts.append(
                terminal.styled("\(FigureText.count(totals.unreadable, "line")) not readable", .red))
        }
        return parts.joined(separator: ", ")
    }

    private var speedLine: String {
        let totals = summary.totals
        var line =
            "\(totals.generatedTokens) tokens in \(clock(totals)), waiting included (\(rate(totals)) tok/s)"
        if let saving = totals.saving { line += "; " + saving }
        return line
    }

    private func clock(_ totals: SummaryTotals) -> String {
        FigureText.clock(seconds: totals.wallMilliseconds / 1_000)
    }

    private func rate(_ totals: SummaryTotals) -> String {
        FigureText.rate(totals.tokensPerSecond)
    }
}
