import Foundation
import GRDB
import PromptBatch

@testable import Spool

/// Compares what was submitted with what came out.
struct SimulationReader {
    let layout: SpoolLayout
    let disk: SimulatedDisk
    let people: SimulatedPeople
    let database: DatabaseQueue

    /// What breaks a promise.
    func problems() -> [String] {
        var problems = leftovers()
        let batches =
            (try? database.read { try BatchRecord.fetchAll($0, sql: "SELECT * FROM batch ORDER BY seq") })
            ?? []
        problems += inputs(batches)
        problems += outputs(batches)
        for batch in batches where batch.state == .done { problems += compare(batch, with: batches) }
        return problems
    }

    private func leftovers() -> [String] {
        let hidden = disk.names(in: layout.output).filter { $0.hasPrefix(".") }.map { "output/\($0)" }
        let incoming = disk.names(in: layout.incoming).map { "incoming/\($0)" }
        let replies = disk.everIn(layout.control).map(\.name)
        let missing = people.requests.filter { request in
            request.action == .cancel && !replies.contains("\(request.id).reply.json")
        }
        return (hidden + incoming).map { "\($0) was left" } + missing.map { "\($0.id) has no reply" }
    }

    // MARK: Inputs

    private func inputs(_ batches: [BatchRecord]) -> [String] {
        var problems: [String] = []
        let done = disk.everIn(layout.done)
        let failed = disk.names(in: layout.failed)
        var strange = Set(done.map(\.name))
        for file in people.files {
            let doneNames = done.filter { $0.node.content == file.content }.map(\.name)
            let failedNames = failed.filter { disk.content(of: layout.failed + "/" + $0) == file.content }
            strange.subtract(doneNames)
            if file.isHopeless {
                guard failedNames.count == 1, doneNames.isEmpty else {
                    problems.append(
                        "\(file.name) (\(file.tag)) is in done: \(doneNames), failed: \(failedNames)")
                    continue
                }
                if !failed.contains(failedNames[0] + ".error.json") {
                    problems.append("failed/\(failedNames[0]) has no report")
                }
            } else if doneNames.isEmpty || !failedNames.isEmpty {
                problems.append("\(file.name) (\(file.tag)) is in done: \(doneNames), failed: \(failedNames)")
                for name in failedNames {
                    let report = disk.content(of: layout.failed + "/\(name).error.json") ?? []
                    problems.append(String(decoding: report, as: UTF8.self))
                }
            }
        }
        let controls = disk.everIn(layout.control)
        let replies = people.requests.map { request in
            controls.first { $0.name == "\(request.id).reply.json" }?.node.content
        }
        let told = replies.count { reply in
            guard let reply, let read = try? JSONDecoder().decode(ControlReply.self, from: Data(reply)) else {
                return false
            }
            return read.file != nil
        }
        let unknown = replies.count { $0 == nil }
        let total = done.count - people.files.count { !$0.isHopeless }
        if total < told || total > told + unknown {
            problems.append("\(total) files were made to run prompts again; replies tell of \(told)")
        }
        for name in strange where !name.contains("retry") {
            let content = done.first { $0.name == name }?.node.content ?? []
            if !isBeginningOfDocument(content) { problems.append("done/\(name) was never submitted") }
        }
        return problems
    }

    /// Whether it is what a document had been when somebody asked to run it again while it was still being written: a
    /// document that runs again has its own name.
    private func isBeginningOfDocument(_ content: [UInt8]) -> Bool {
        people.files.contains { file in
            file.isDocument && content.count < file.content.count && file.content.starts(with: content)
                && people.requests.contains { $0.action == .retry && $0.name == file.name }
        }
    }

    // MARK: Outputs

    private func outputs(_ batches: [BatchRecord]) -> [String] {
        var problems: [String] = []
        let names = disk.everIn(layout.output).map(\.name)
        let expected = batches.filter { $0.state == .done }.compactMap(\.outputName)
        if names != expected.sorted() { problems.append("outputs are \(names), the ledger has \(expected)") }
        for batch in batches where batch.state != .done && batch.state != .failed {
            problems.append("\(batch.name) is \(batch.state)")
        }
        return problems
    }

    private func compare(_ batch: BatchRecord, with batches: [BatchRecord]) -> [String] {
        guard let name = batch.outputName else { return ["\(batch.name) has no output"] }
        let directories = disk.everIn(layout.output).filter { $0.name == name }.map(\.node)
        guard
            let (directory, read) = directories.lazy.compactMap({ node in
                self.summary(in: node).map { (node, $0) }
            }).first(where: { $0.1.batchID == batch.id })
        else { return ["\(name) has no summary of its own"] }
        guard let input = input(of: batch) else { return ["the input of \(name) is gone"] }
        var found: [Int: [OutputLine]] = [:]
        var problems: [String] = []
        for file in ["output.jsonl", "errors.jsonl"] {
            guard let content = directory.entries[FileName(file)]?.content else {
                problems.append("\(name)/\(file) is missing")
                continue
            }
            var previous = 0
            for text in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .dropLast()
            {
                guard let line = try? OutputLine(reading: Array(text)),
                    let number = line.id.split(separator: "-").last.flatMap({ Int($0) })
                else {
                    problems.append("\(name)/\(file) has a line that is none")
                    continue
                }
                if number <= previous { problems.append("\(name)/\(file) is not in input order") }
                previous = number
                found[number, default: []].append(line)
            }
        }
        let counted = read.totals.prompts + read.totals.unreadable
        if counted != found.count { problems.append("\(name) sums up \(counted) of \(found.count)") }
        let isAnswered = found.values.contains { $0.contains { $0.error == nil } }
        if batch.isDocument, isAnswered, directory.entries[FileName("answer.md")] == nil {
            problems.append("\(name) has no answer.md")
        }
        let next = batches.first { $0.continues == batch.sequence }
        let lines =
            batch.isDocument
            ? [input]
            : input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Array($0) }
        let end = batch.isDocument ? 1 : next?.start.lines ?? lines.count
        for (index, line) in lines.enumerated() {
            let number = index + 1
            let outcomes = found.removeValue(forKey: number) ?? []
            let isBlank = line.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }
            let isMine = number > batch.start.lines && number <= end && !isBlank
            if outcomes.count != (isMine ? 1 : 0) {
                problems.append("\(name): line \(number) has \(outcomes.count) outcomes")
            }
            if isMine, let outcome = outcomes.first, !batch.isDocument || next == nil {
                problems += check(outcome, line: line, of: batch).map { "\(name): line \(number) \($0)" }
            }
        }
        for number in found.keys { problems.append("\(name): line \(number) does not exist") }
        return problems
    }

    private func summary(in directory: SimulatedDisk.Node) -> BatchSummary? {
        guard let content = directory.entries[FileName("summary.json")]?.content else { return nil }
        return try? JSONDecoder().decode(BatchSummary.self, from: Data(content))
    }

    /// The content of a batch's file, wherever it stands.
    private func input(of batch: BatchRecord) -> [UInt8]? {
        disk.everIn(layout.done).map(\.node).first { $0.number == batch.inode }?.content
    }

    private func check(_ outcome: OutputLine, line: [UInt8], of batch: BatchRecord) -> [String] {
        let text = String(decoding: line, as: UTF8.self)
        let isPrompt = text.contains("ask ")
        let isBeginning = batch.isDocument && isBeginningOfDocument(line)
        guard let error = outcome.error else {
            if isBeginning { return [] }
            guard isPrompt, let id = outcome.customID, text.contains(id) else {
                return ["is answered as \(outcome)"]
            }
            let asked = batch.isDocument ? "ask " + (id.split(separator: "-").first ?? "") : "ask " + id
            let body = outcome.response.map { String(decoding: $0.body.bytes, as: UTF8.self) } ?? ""
            return body.contains(asked) ? [] : ["is answered with \(body)"]
        }
        switch error.code {
        case "engine_error": return isPrompt || isBeginning ? [] : ["was sent"]
        case "cancelled":
            return people.requests.contains { $0.action == .cancel } && isPrompt ? [] : ["was cancelled"]
        case "batch_expired": return text.contains("completion_window") ? [] : ["has expired"]
        default: return isPrompt ? ["has the error \(error.code): \(error.message)"] : []
        }
    }
}
