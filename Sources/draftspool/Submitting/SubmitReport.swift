import JSON
import PromptBatch

/// What `submit` says of a batch, in words and as JSON.
struct SubmitReport: Sendable {
    let drop: BatchDrop
    /// What it is expected to take; nil where that was not wanted, or the engine cannot be looked at from here.
    var estimate: EstimateView?
    /// Nil as long as it is not waited for.
    var outcome: BatchOutcome?

    /// `prompts.jsonl: 24 prompts`
    var dropLine: String {
        let unreadable =
            drop.unreadable > 0 ? ", \(FigureText.count(drop.unreadable, "line")) not readable" : ""
        return "\(drop.name): \(FigureText.count(drop.prompts, "prompt"))\(unreadable)"
    }

    /// What is said of the drop, one or more lines.
    var dropLines: [String] { [dropLine] + (estimate.map { ["  expected: \($0.summary)"] } ?? []) }

    /// The result for a person, one or more lines; empty without an outcome.
    func outcomeLines(for terminal: Terminal) -> [String] {
        guard let outcome else { return [] }
        guard let directory = outcome.directory else {
            let reason = outcome.refusal ?? ""
            return [terminal.styled("\(outcome.name): refused. \(reason)", .red)]
                + (outcome.errorReport.map { ["  see \($0)"] } ?? [])
        }
        var line = "\(outcome.name): \(FigureText.count(outcome.answered, "prompt")) answered"
        if outcome.failed > 0 { line += terminal.styled(", \(outcome.failed) failed", .red) }
        if outcome.expired > 0 { line += terminal.styled(" (\(outcome.expired) expired)", .red) }
        if let totals = outcome.summary?.totals {
            line += " in \(FigureText.clock(seconds: totals.wallMilliseconds / 1_000))"
            if let rate = totals.tokensPerSecond { line += ", \(FigureText.rate(rate)) tok/s" }
        }
        var lines = [line]
        if outcome.failed > 0 { lines.append("  reasons: \(directory)/errors.jsonl") }
        lines.append("  answers: \(directory)")
        return lines
    }

    var json: JSON {
        var object: JSONObject = [
            "file": .string(drop.source), "name": .string(drop.name), "prompts": JSON(drop.prompts),
            "unreadable": JSON(drop.unreadable), "problems": .array(drop.problems.map(\.json)),
        ]
        if let estimate { object["estimate"] = estimate.json }
        if let outcome {
            object["state"] = .string(outcome.isRefused ? "failed" : "done")
            object["answered"] = JSON(outcome.answered)
            object["failed"] = JSON(outcome.failed)
            object["expired"] = JSON(outcome.expired)
            object["output_directory"] = JSON(outcome.directory)
            object["error_report"] = JSON(outcome.errorReport)
            object["summary"] = outcome.summary?.json ?? .null
        } else {
            object["state"] = "dropped"
        }
        return .object(object)
    }
}
