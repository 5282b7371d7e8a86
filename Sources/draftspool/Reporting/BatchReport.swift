import Foundation
import JSON
import PromptBatch

/// What came of one or more batches: a table of prompts, and totals by workload and depth.
struct BatchReport: Sendable {
    let outputs: [BatchOutput]
    let showsPrompts: Bool
    /// Whether several batches have ids in common.
    private let sharesIDs: Bool

    init(outputs: [BatchOutput], showsPrompts: Bool) {
        self.outputs = outputs
        self.showsPrompts = showsPrompts
        let ids = outputs.flatMap { $0.entries.map { ExactText($0.record.customID) } }
        sharesIDs = outputs.count > 1 && Set(ids).count < ids.count
    }

    /// The figures of all batches together, nil if not one prompt ran.
    var totals: BatchSummary? {
        let records = outputs.flatMap(\.entries).map(\.record)
        guard
            let start = outputs.compactMap({ $0.summary?.startedAt }).min() ?? records.map(\.startedAt).min(),
            let end = outputs.compactMap({ $0.summary?.finishedAt }).max() ?? records.map(\.finishedAt).max()
        else { return nil }
        var builder = BatchSummaryBuilder(
            batchID: outputs.compactMap { $0.summary?.batchID }.joined(separator: ","),
            input: outputs.map { $0.summary?.input ?? $0.name }.joined(separator: ","),
            format: outputs.first?.summary?.format ?? .simpleJSONL, startedAt: start)
        for output in outputs {
            for entry in output.entries { builder.add(entry.record, succeeded: entry.failure == nil) }
            for line in output.unrecorded {
                if line.isInputProblem { builder.addUnreadableLine() } else { builder.addFailedPrompt() }
            }
        }
        return builder.summary(finishedAt: end)
    }

    func lines(for terminal: Terminal) -> [String] {
        var lines: [String] = []
        if showsPrompts {
            lines += promptTable().lines(for: terminal)
            lines.append("")
        }
        if let totals {
            lines += SummaryText(summary: totals).lines(for: terminal)
            lines.append("")
        }
        return lines + outputs.map { "output: \($0.directory)" }
    }

    /// The same as Markdown.
    var markdown: [String] {
        var lines = ["# \(MarkdownText.escaped(outputs.map(\.name).joined(separator: ", ")))", ""]
        let totals = totals
        if let totals {
            // A line each would be one paragraph.
            lines += SummaryText(summary: totals).sentences.flatMap { [MarkdownText.escaped($0), ""] }
        }
        if let totals, !totals.table.isEmpty {
            lines += ["## By workload and setting", ""] + SummaryText(summary: totals).table.markdown + [""]
        }
        if showsPrompts { lines += ["## Prompts", ""] + promptTable().markdown + [""] }
        return lines + outputs.map { "- \(MarkdownText.escaped($0.directory, limit: .max))" }
    }

    var json: JSON {
        var object: JSONObject = ["directories": .array(outputs.map { .string($0.directory) })]
        if showsPrompts { object["prompts"] = .array(outputs.flatMap(Self.promptObjects)) }
        object["errors"] = .array(outputs.flatMap(Self.errorObjects))
        let summary = totals?.json
        object["table"] = summary?["table"] ?? .array([])
        object["totals"] = summary?["totals"] ?? .null
        object["engine"] = summary?["engine"] ?? .null
        return .object(object)
    }

    func promptTable() -> TextTable {
        var table = TextTable([
            .init(title: "prompt", minimumWidth: 10), .init(title: "workload"), .init(title: "depth"),
            .init(title: "source"), .init(title: "accept", alignment: .right),
            .init(title: "tok/s", alignment: .right), .init(title: "speed-up", alignment: .right),
            .init(title: "answer", minimumWidth: 16),
        ])
        for output in outputs {
            for entry in output.entries { table.rows.append(row(entry, of: output)) }
            for line in output.unrecorded { table.rows.append(row(line, of: output)) }
        }
        return table
    }

    private func row(_ entry: BatchOutput.Entry, of output: BatchOutput) -> [TextTable.Cell] {
        let record = entry.record
        let answer =
            entry.failure.map { Self.failure($0.message) }
            ?? .init(PlainText.singleLine(entry.answer ?? "", limit: 300))
        return [
            .init(label(record.customID, of: output)),
            .init("\(record.workload.label.rawValue) \(FigureText.share(record.workload.confidence))"),
            .init(
                Self.setting(
                    depth: record.decision.depth, pMin: record.decision.pMin,
                    usesNgrams: record.decision.usesNgrams == true)),
            .init(record.decision.source.rawValue), .init(FigureText.share(record.speculation.acceptance)),
            .init(FigureText.rate(record.timing.tokensPerSecond)), .init(Self.speedup(record)), answer,
        ]
    }

    /// The speed-up of a prompt that was speculated on, with ≈ where depth 0 was not timed with such prompts.
    private static func speedup(_ record: TimingRecord) -> String {
        guard (record.decision.depth ?? 0) > 0 || record.decision.usesNgrams == true,
            let speedup = record.speculation.speedup
        else { return FigureText.none }
        return (speedup.basis == .predicted ? "≈" : "") + FigureText.times(speedup.estimate.value)
    }

    private func row(_ line: OutputLine, of output: BatchOutput) -> [TextTable.Cell] {
        let place = line.customID ?? line.error?.line.map { "line \($0)" } ?? line.id
        let none = TextTable.Cell(FigureText.none)
        return [
            .init(label(place, of: output)), none, none, none, none, none, none,
            Self.failure(line.error?.message),
        ]
    }

    /// Said in words too: a colour is not seen by everybody, and not there in Markdown.
    private static func failure(_ message: String?) -> TextTable.Cell {
        .init("failed" + (message.map { ": " + PlainText.singleLine($0) } ?? ""), style: .red)
    }

    /// The prompt's id, with the batch's name before it where several batches have ids in common.
    private func label(_ id: String, of output: BatchOutput) -> String {
        let text = PlainText.singleLine(id, limit: 200)
        return sharesIDs ? "\(output.name)/\(text)" : text
    }

    static func setting(depth: Int?, pMin: Double, usesNgrams: Bool) -> String {
        guard let depth else { return "own" }
        guard depth > 0 else { return usesNgrams ? "ngram" : "off" }
        return (pMin > 0 ? "\(depth) p\(FigureText.share(pMin))" : "\(depth)") + (usesNgrams ? "+ngram" : "")
    }

    private static func promptObjects(_ output: BatchOutput) -> [JSON] {
        output.entries.map { entry in
            var object = entry.record.json.objectValue ?? [:]
            object["directory"] = .string(output.directory)
            object["answer"] = JSON(entry.answer)
            object["error"] = entry.failure.map { .string($0.message) } ?? .null
            return .object(object)
        }
    }

    private static func errorObjects(_ output: BatchOutput) -> [JSON] {
        output.unrecorded.map { line in
            var object = line.json.objectValue ?? [:]
            object["directory"] = .string(output.directory)
            return .object(object)
        }
    }
}
