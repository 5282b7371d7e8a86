import Calibration
import PromptBatch
import Workload

/// A calibration's results for people.
struct CalibrationView: Sendable {
    let report: CalibrationReport
    let directory: ResultsDirectory

    func lines(for terminal: Terminal) -> [String] {
        var lines: [String] = []
        for panel in report.panels {
            lines.append(terminal.styled(PlainText.singleLine(panel.title), .bold))
            lines.append("")
            lines += PanelText(panel: panel).lines(for: terminal)
            lines.append("")
        }
        if report.panels.count > 1 {
            lines += overview.lines(for: terminal)
            lines.append("")
        }
        lines += learnedLines
        lines += ["report: \(directory.reportFile)", "chart:  \(directory.chartFile)"]
        guard let comparison = report.comparison, let line = report.configurationLine else { return lines }
        return lines + [""] + ComparisonText(comparison: comparison).lines(for: terminal) + [
            "", "for the configuration:", line,
        ]
    }

    /// One line for each engine and condition, with the best of every workload, as published tables have it.
    private var overview: TextTable {
        let workloads = Workload.allCases.filter { workload in
            report.panels.contains { $0.workloads.contains(workload) }
        }
        var table = TextTable(
            [.init(title: "best of each", minimumWidth: 16)]
                + workloads.map { .init(title: $0.rawValue, alignment: .right) })
        for panel in report.panels {
            let cells = workloads.map { workload in
                guard let best = panel.best(of: workload) else { return TextTable.Cell(FigureText.none) }
                let speed = FigureText.rate(best.tokensPerSecond)
                return TextTable.Cell("\(speed) at \(best.setting.shortLabel)")
            }
            table.rows.append([.init(PlainText.singleLine(panel.title))] + cells)
        }
        return table
    }

    private var learnedLines: [String] {
        guard let learned = report.learned else { return [] }
        let rejected = learned.rejected > 0 ? ", \(learned.rejected) not usable" : ""
        return [
            "learned: \(FigureText.count(learned.generations, "generation")) taught to "
                + "\(learned.stateDirectory)\(rejected) (draftspool report --learned)"
        ]
    }
}
