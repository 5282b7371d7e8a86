import Dispatching
import Foundation
import PromptBatch
import Speculation
import Spool

/// What prompts are expected to take, as it is shown.
struct EstimateView: Sendable {
    let estimate: BatchEstimate
    /// When what waits before them is expected to be done; nil where nothing does, or nobody knows.
    var waiting: SpoolStatus.ExpectedEnd?

    init(_ estimate: BatchEstimate, waiting: SpoolStatus.ExpectedEnd? = nil) {
        self.estimate = estimate
        self.waiting = waiting
    }

    /// The setting at which the daemon's engine runs; nil if none does.
    static func running(_ status: SpoolStatus?) -> DraftSetting? {
        guard let status, status.isDaemonAlive else { return nil }
        return status.lanes.first.map {
            DraftSetting(depth: $0.depth, pMin: $0.pMin, usesNgrams: $0.usesNgrams == true)
        }
    }

    /// `43900 tokens (31000–62000), 6:20 (4:30–9:00)`
    var summary: String {
        "\(Self.tokens(estimate.tokens)), \(Self.time(estimate.seconds))"
            + (estimate.isMeasured ? "" : ", not measured here")
    }

    func lines(for terminal: Terminal) -> [String] {
        var lines = estimate.notes.map { terminal.styled("basis: \(PlainText.singleLine($0))", .dim) }
        lines += [""] + table.lines(for: terminal) + [""]
        lines.append("\(FigureText.count(estimate.prompts, "prompt")), \(summary)")
        let share = Int((LikelyValue.probability * 100).rounded())
        lines.append(
            "With a probability of \(share) % each figure is in the range behind it. The time is that of the engine "
                + "with nothing else to do.")
        if let waiting {
            lines.append(
                "What waits already is expected to be done by \(FigureText.moment(waiting.at)) "
                    + "(\(FigureText.moment(waiting.earliest))–\(FigureText.moment(waiting.latest))).")
        }
        if estimate.impossible > 0 {
            lines.append(
                "\(FigureText.count(estimate.impossible, "prompt")) will fail, asking for a depth that the engine "
                    + "cannot run; take the override out.")
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
                .init(Self.range(row.tokens, FigureText.about)),
                .init(Self.time(row.seconds)),
                .init(row.settings.map { $0.isSpeculating ? $0.label : "MTP off" }.joined(separator: "; ")),
                .init(Self.knowledge(of: row)),
            ])
        }
        return table
    }

    /// `by the clock; 49 answers`, `not measured here; lengths assumed`
    private static func knowledge(of row: BatchEstimate.Row) -> String {
        let answers = Int(row.answers.rounded())
        return "\(row.basis.rawValue); "
            + (answers >= 1 ? FigureText.count(answers, "answer") : "lengths assumed")
    }

    private static func tokens(_ tokens: LikelyValue) -> String {
        "\(FigureText.about(tokens.value)) tokens "
            + "(\(FigureText.about(tokens.low))–\(FigureText.about(tokens.high)))"
    }

    private static func time(_ seconds: LikelyValue) -> String {
        range(seconds) { FigureText.span(seconds: $0) }
    }

    private static func range(_ value: LikelyValue, _ text: (Double) -> String) -> String {
        "\(text(value.value)) (\(text(value.low))–\(text(value.high)))"
    }

    var json: JSON {
        let rows = estimate.rows.map { row -> JSON in
            [
                "workload": .string(row.workload.rawValue), "prompts": JSON(row.prompts),
                "tokens": Self.json(row.tokens, decimals: 0), "seconds": Self.json(row.seconds, decimals: 1),
                "settings": .array(row.settings.map(Self.json)),
                "speed_from": .string(row.basis.rawValue),
                "answers": JSON(rounding: row.answers, decimals: 1),
            ]
        }
        return [
            "prompts": JSON(estimate.prompts), "tokens": Self.json(estimate.tokens, decimals: 0),
            "seconds": Self.json(estimate.seconds, decimals: 1),
            "probability": JSON(rounding: LikelyValue.probability, decimals: 2),
            "measured": .bool(estimate.isMeasured), "workloads": .array(rows),
            "impossible": JSON(estimate.impossible), "basis": .array(estimate.notes.map(JSON.string)),
            "waiting_until": JSON(waiting?.at.formatted(.iso8601)),
        ]
    }

    private static func json(_ setting: DraftSetting) -> JSON {
        [
            "depth": JSON(setting.depth), "p_min": JSON(rounding: setting.pMin, decimals: 4),
            "ngram": .bool(setting.usesNgrams),
        ]
    }

    private static func json(_ value: LikelyValue, decimals: Int) -> JSON {
        [
            "value": JSON(rounding: value.value, decimals: decimals),
            "low": JSON(rounding: value.low, decimals: decimals),
            "high": JSON(rounding: value.high, decimals: decimals),
        ]
    }
}
