import CSV
import JSON

/// A report's table as comma-separated values: its prompts, or its totals by workload and depth.
struct ReportCSV {
    /// A column, and where its value stands in an object of the report's JSON; the first place that has one counts.
    private struct Column {
        let title: String
        let paths: [[String]]

        init(_ title: String, _ paths: String...) {
            self.title = title
            self.paths = paths.map { $0.split(separator: ".").map(String.init) }
        }

        func text(in object: JSON) -> String {
            for path in paths {
                let value = path.reduce(Optional(object)) { $0?[$1] }
                switch value {
                case .string(let text)?: return SpreadsheetCell.harmless(PlainText.singleLine(text))
                case .number?, .bool?: return value?.text ?? ""
                default: continue
                }
            }
            return ""
        }
    }

    private static let promptColumns = [
        Column("directory", "directory"), Column("custom_id", "custom_id"),
        Column("line", "line", "error.line", "draftspool.line"),
        Column("workload", "workload.label"), Column("confidence", "workload.confidence"),
        Column("engine", "engine.id", "engine.name"), Column("depth", "decision.depth"),
        Column("p_min", "decision.p_min"), Column("ngram", "decision.ngram"),
        Column("source", "decision.source"), Column("prompt_tokens", "tokens.prompt"),
        Column("generated_tokens", "tokens.generated"), Column("drafted_tokens", "tokens.drafted"),
        Column("accepted_tokens", "tokens.accepted"), Column("acceptance", "speculation.acceptance"),
        Column("tokens_per_second", "timing.tokens_per_second"),
        Column("speedup", "speculation.speedup.value"), Column("speedup_low", "speculation.speedup.low"),
        Column("speedup_high", "speculation.speedup.high"),
        Column("speedup_basis", "speculation.speedup.basis"), Column("queued_ms", "timing.queued_ms"),
        Column("total_ms", "timing.total_ms"), Column("started_at", "started_at"),
        Column("finished_at", "finished_at"), Column("error", "error", "error.message", "draftspool.message"),
        Column("reason", "decision.reason"),
    ]
    private static let totalColumns = [
        Column("workload", "workload"), Column("depth", "depth"), Column("p_min", "p_min"),
        Column("ngram", "ngram"), Column("prompts", "prompts"),
        Column("generated_tokens", "generated_tokens"),
        Column("drafted_tokens", "drafted_tokens"), Column("accepted_tokens", "accepted_tokens"),
        Column("acceptance", "acceptance"), Column("tokens_per_second", "tokens_per_second"),
        Column("speedup", "speedup.value"), Column("speedup_low", "speedup.low"),
        Column("speedup_high", "speedup.high"),
    ]

    private let columns: [Column]
    private let objects: [JSON]

    init(_ report: BatchReport) {
        let json = report.json
        if let prompts = json["prompts"]?.arrayValue {
            columns = Self.promptColumns
            objects = prompts + (json["errors"]?.arrayValue ?? [])
        } else {
            columns = Self.totalColumns
            objects = json["table"]?.arrayValue ?? []
        }
    }

    var bytes: [UInt8] {
        CSVText.row(columns.map(\.title))
            + objects.flatMap { object in CSVText.row(columns.map { $0.text(in: object) }) }
    }
}
