import Foundation
import PromptBatch
import Spool

/// Reads some prompts of a batch with what was decided and what came: of a batch that runs out of the ledger, of a finished
/// one out of its output.
struct BatchPrompts: Sendable {
    /// A prompt as far as it is known.
    struct Entry: Sendable {
        let listed: ListedPrompt
        var outcome: OutputLine?
        /// The length of an outcome that is too long to be shown, bytes.
        var hiddenBytes: Int?
        var record: TimingRecord?
        var asked: Asked
    }

    /// What was asked.
    enum Asked: Sendable {
        case text(String)
        /// Too long to be shown, bytes.
        case hidden(bytes: Int)
        case unknown
    }

    /// Of one page.
    static let perPage = 25
    /// What is longer is not read, bytes.
    static let longest = 1 << 18

    let files: BatchFiles
    /// Of a finished batch; nil if it was taken away.
    let output: PublishedOutput?
    let ledger: Ledger

    private var batch: BatchRecord { files.batch }

    /// The prompts from a line on, and why something of them is not known.
    func entries(from line: Int) async throws -> (entries: [Entry], complaints: [String]) {
        let listed = try await ledger.prompts(
            of: batch.sequence, from: line, limit: Self.perPage, longest: Self.longest)
        guard let first = listed.first?.line, let last = listed.last?.line else { return ([], []) }
        var complaints: [String] = []
        var entries = listed.map { Entry(listed: $0, asked: .unknown) }
        if batch.state == .done {
            if let output {
                let missing = try Self.add(output, to: &entries, first...last)
                complaints += missing.map { Self.complaint(of: $0) }
            } else {
                complaints.append("The output of this batch was taken away.")
            }
        } else {
            for index in entries.indices { Self.addRecorded(to: &entries[index]) }
        }
        do {
            try addAsked(to: &entries)
        } catch let error as UnknownInput {
            complaints.append(error.reason)
        }
        return (entries, complaints)
    }

    // MARK: What came

    private static func addRecorded(to entry: inout Entry) {
        entry.outcome = entry.listed.outputLine.flatMap(outcome)
        entry.record = entry.listed.timingLine.flatMap(record)
        if entry.listed.outputLine == nil { entry.hiddenBytes = entry.listed.outputBytes }
    }

    /// - Returns: The lines of which the output does not say what came, or not in a way that can be read.
    private static func add(
        _ output: PublishedOutput, to entries: inout [Entry], _ range: ClosedRange<Int>
    ) throws -> [Int] {
        var outcomes: [Int: OrderedLines.Line] = [:]
        for part in [PublishedOutput.Part.answers, .failures] {
            guard let file = try output.open(part) else { continue }
            let lines = OrderedLines(file: file, number: LineNumbers.ofOutcome, longest: longest)
            outcomes.merge(try lines.lines(in: range)) { first, _ in first }
        }
        var records: [Int: OrderedLines.Line] = [:]
        if let file = try output.open(.records) {
            records = try OrderedLines(file: file, number: LineNumbers.ofRecord, longest: longest)
                .lines(in: range)
        }
        var missing: [Int] = []
        for index in entries.indices {
            let line = entries[index].listed.line
            switch outcomes[line] {
            case .bytes(let bytes): entries[index].outcome = outcome(bytes)
            case .tooLong(let count): entries[index].hiddenBytes = count
            case nil: break
            }
            if case .bytes(let bytes) = records[line] { entries[index].record = record(bytes) }
            if entries[index].outcome == nil, entries[index].hiddenBytes == nil { missing.append(line) }
        }
        return missing
    }

    private static func complaint(of line: Int) -> String {
        "What came of line \(line) is not in the output any more, or was changed so that it cannot be read."
    }

    /// Nil for a line that somebody has changed.
    private static func outcome(_ bytes: [UInt8]) -> OutputLine? { try? OutputLine(reading: bytes) }

    /// Nil too for a record of a version before this one.
    private static func record(_ bytes: [UInt8]) -> TimingRecord? {
        try? JSONDecoder().decode(TimingRecord.self, from: Data(bytes))
    }

    // MARK: What was asked

    /// Why it is not known what was asked.
    private struct UnknownInput: Error {
        let reason: String
    }

    /// - Throws: ``UnknownInput`` if the file is not there, or is not what was claimed.
    private func addAsked(to entries: inout [Entry]) throws {
        guard let path = try files.input() else {
            throw UnknownInput(reason: "What was asked is not in the spool any more.")
        }
        let file: InputFile
        do throws(SpoolError) { file = try InputFile(path: path, on: files.disk) } catch {
            throw UnknownInput(reason: "What was asked cannot be read: \(error.reason).")
        }
        for index in entries.indices {
            let listed = entries[index].listed
            guard listed.length <= Self.longest else {
                entries[index].asked = .hidden(bytes: listed.length)
                continue
            }
            let bytes = try file.read(at: listed.offset, length: listed.length)
            guard listed.digest == nil || listed.digest == bytes.withUnsafeBytes(ContentDigest.of) else {
                throw UnknownInput(
                    reason: "The file was changed since it was claimed: what was asked is not shown.")
            }
            entries[index].asked = .text(question(in: bytes, of: listed))
        }
    }

    /// What a prompt asks; of a line that is none, the line.
    private func question(in bytes: [UInt8], of listed: ListedPrompt) -> String {
        let parser = PromptParser()
        let prompt =
            batch.isDocument
            ? try? parser.parseDocument(bytes, fileName: batch.name)
            : try? parser.parseLine(bytes, line: listed.line)
        return prompt?.question ?? String(decoding: bytes, as: UTF8.self)
    }
}
