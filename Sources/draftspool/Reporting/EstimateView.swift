import Dispatching
import JSON
import PromptBatch
import Speculation
import Spool

/// What prompts are expected to take, as it is shown.
struct EstimateView: Sendable {
    let estimate: BatchEstimate
    /// When what waits before them is expected to be done; nil where nothing does, or nobody knows.
    let waiting: SpoolStatus.ExpectedEnd?

    init(_ estimate: BatchEstimate, waiting: SpoolStatus.ExpectedEnd? = nil) {
        self.estimate = estimate
        self.waiting = waiting
    }

    /// The settings at which the daemon's engines run, by the engines' names; none where it does not.
    static func running(_ status: SpoolStatus?) -> [String: DraftSetting] {
        guard let status, status.isDaemonAlive else { return [:] }
        var settings: [String: DraftSetting] = [:]
        for lane in status.lanes where settings[lane.engineID ?? ""] == nil {
            settings[lane.engineID ?? ""] = DraftSetting(
                depth: lane.depth, pMin: lane.pMin, usesNgrams: lane.usesNgrams == true)
        }
        return settings
    }

    /// `43900 tokens (31000–62000), 6:20 (4:30–9:00)`
    var summary: String {
        let tokens = Self.range(estimate.tokens, FigureText.about, unit: " tokens")
        let doubt = estimate.isMeasured ? "" : ", not measured here"
        return "\(tokens), \(Self.time(estimate.seconds))\(doubt)"
    }

    func lines(for terminal: Terminal) -> [String] {
        var lines = estimate.notes.map { terminal.styled("basis: \(PlainText.singleLine($0))", .dim) }
        lines.append("")
        lines += table.lines(for: terminal)
        lines.append("")
        lines.append("\(FigureText.count(estimate.prompts, "prompt")), \(summary)")
        lines.append(
            "The range behind a figure is to hold it four times in five. The time is that of the engines with nothing "
                + "else to do.")
        if let waiting {
            lines.append("What waits already is expected to be done by \(FigureText.end(waiting)).")
        }
        if estimate.impossible > 0 {
            lines.append(
                "\(FigureText.count(estimate.impossible, "prompt")) will fail, asking for a depth that no engine can "
                    + "run; take the override out.")
        }
        return lines
    }

    private var table: TextTable {
        var table = TextTable([
            .init(title: "workload"), .init(title: "prompts", alignment: .right), .init(title: "tokens"),
            .init(title: "time"), .init(title: "runs at", minimumWidth: 7),
            .init(title: "known from", minimumWidth: 16),
        ])
        for row in estimate.rows {
            table.rows.append([
                .init(row.workload.rawValue), .init("\(row.prompts)"),
                .init(Self.range(row.tokens, FigureText.about)), .init(Self.time(row.seconds)),
                .init(Self.settings(of: row)), .init(Self.knowledge(of: row)),
            ])
        }
        return table
    }

    private static func settings(of row: BatchEstimate.Row) -> String {
        let chosen = row.settings.map { $0.isSpeculating ? $0.label : "MTP off" }
        return (chosen + (row.isLeftToServer ? ["the engine's own depth"] : [])).joined(separator: "; ")
    }

    /// `by the clock; 49 answers`, `not measured here; lengths assumed`
    private static func knowledge(of row: BatchEstimate.Row) -> String {
        let answers = Int(row.answers.rounded())
        let lengths = answers >= 1 ? FigureText.count(answers, "answer") : "lengths assumed"
        return "\(row.basis.rawValue); \(lengths)"
    }

    private static func time(_ seconds: LikelyValue) -> String {
        range(seconds, FigureText.span(seconds:))
    }

    private static func range(
        _ value: LikelyValue, _ text: (Double) -> String, unit: String = ""
    ) -> String {
        "\(text(value.value))\(unit) (\(text(value.low))–\(text(value.high)))"
    }

    // MARK: JSON

    var json: JSON {
        [
            "prompts": JSON(estimate.prompts), "tokens": Self.rangeJSON(estimate.tokens, decimals: 0),
            "seconds": Self.rangeJSON(estimate.seconds, decimals: 1),
            "probability": JSON(rounding: LikelyValue.probability, decimals: 2),
            "measured": .bool(estimate.isMeasured),
            "workloads": .array(estimate.rows.map { Self.rowJSON($0) }),
            "impossible": JSON(estimate.impossible),
            "basis": .array(estimate.notes.map { JSON.string($0) }),
            "waiting_until": JSON(waiting.map { RFC3339.string(from: $0.at) }),
        ]
    }

    private static func rowJSON(_ row: BatchEstimate.Row) -> JSON {
        [
            "workload": .string(row.workload.rawValue), "prompts": JSON(row.prompts),
            "tokens": rangeJSON(row.tokens, decimals: 0), "seconds": rangeJSON(row.seconds, decimals: 1),
            "settings": .array(row.settings.map { settingJSON($0) }),
            "engine_decides": .bool(row.isLeftToServer), "speed_from": .string(row.basis.rawValue),
            "answers": JSON(rounding: row.answers, decimals: 1),
        ]
    }

    private static func settingJSON(_ setting: DraftSetting) -> JSON {
        [
            "depth": JSON(setting.depth), "p_min": JSON(rounding: setting.pMin, decimals: 4),
            "ngram": .bool(setting.usesNgrams),
        ]
    }

    private static func rangeJSON(_ value: LikelyValue, decimals: Int) -> JSON {
        [
            "value": JSON(rounding: value.value, decimals: decimals),
            "low": JSON(rounding: value.low, decimals: decimals),
            "high": JSON(rounding: value.high, decimals: decimals),
        ]
    }
}
