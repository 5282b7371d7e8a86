import ArgumentParser

/// How a report is printed.
enum ReportFormat: String, EnumerableFlag, Sendable {
    case json, csv, markdown

    static func help(for format: ReportFormat) -> ArgumentHelp? {
        switch format {
        case .json: "Writes one JSON object."
        case .csv:
            "Writes the prompts as comma-separated values with a header; with --no-prompts the totals by workload and depth."
        case .markdown: "Writes the tables as Markdown."
        }
    }
}
