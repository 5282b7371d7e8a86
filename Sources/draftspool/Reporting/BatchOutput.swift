import JSON
import Foundation
import PromptBatch

/// One output directory as the daemon wrote it.
struct BatchOutput: Sendable {
    /// One prompt: its record, and its answer or why there is none.
    struct Entry: Sendable {
        let record: TimingRecord
        /// The answer's text; nil if the prompt failed.
        let answer: String?
        /// Why the prompt failed.
        let failure: OutputLine.Failure?
    }

    let directory: String
    let summary: BatchSummary?
    /// Prompts that ran, in input order.
    let entries: [Entry]
    /// Entries of `errors.jsonl` that have no record: lines that could not be read, prompts that never ran.
    let unrecorded: [OutputLine]

    /// The last component of the path.
    var name: String { (directory as NSString).lastPathComponent }

    /// Reads `directory`.
    ///
    /// - Throws: ``ToolError`` if it is no output directory or a file in it is damaged.
    init(directory: String) throws(ToolError) {
        guard SpoolAccess.isDirectory(directory) else {
            throw ToolError(
                "\(directory) is no directory",
                remedy: "name an output directory; draftspool status lists them")
        }
        let timingFile = directory + "/timing.jsonl"
        guard FileManager.default.fileExists(atPath: timingFile) else {
            throw ToolError(
                "\(directory) has no timing.jsonl",
                remedy: "name a directory that draftspoold wrote, below SPOOL/output")
        }
        self.directory = directory
        summary = BatchSearch.summary(in: directory)
        let decoder = JSONDecoder()
        let records = try Self.lines(of: timingFile) { line in
            try decoder.decode(TimingRecord.self, from: line)
        }
        let answers = try Self.lines(of: directory + "/output.jsonl") { try OutputLine(reading: Array($0)) }
        let errors = try Self.lines(of: directory + "/errors.jsonl") { try OutputLine(reading: Array($0)) }
        let outcomes = Dictionary(
            (answers + errors).compactMap { line in line.customID.map { (ExactText($0), line) } },
            uniquingKeysWith: { first, _ in first })
        entries = records.map { record in
            let line = outcomes[ExactText(record.customID)]
            let failure = line?.error
            return Entry(
                record: record, answer: failure == nil ? line?.answerText : nil, failure: failure)
        }
        let recorded = Set(records.map { ExactText($0.customID) })
        unrecorded = errors.filter { line in line.customID.map { !recorded.contains(ExactText($0)) } ?? true }
    }

    private static func lines<Value>(
        of path: String, _ read: (Data) throws -> Value
    ) throws(ToolError) -> [Value] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        var values: [Value] = []
        for (index, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
            do {
                values.append(try read(Data(line)))
            } catch {
                throw ToolError(
                    "\(path):\(index + 1) cannot be read: \(error)",
                    remedy: "the file was changed after draftspoold wrote it; restore it")
            }
        }
        return values
    }
}
