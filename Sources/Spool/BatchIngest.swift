import Foundation
import PromptBatch
import SystemPackage

/// Reads a claimed file into the ledger, and on where it has grown since.
public struct BatchIngest: Sendable {
    /// Says what the dispatcher wants to know of a prompt.
    public typealias Annotate = @Sendable (Prompt) -> PromptAnnotation

    /// How the reading of a file ended.
    public enum Result: Sendable {
        /// At least one prompt can run.
        case accepted(BatchRecord, prompts: Int, rejected: Int)
        /// Not one can; the problems of the first lines say why.
        case unreadable(BatchRecord, [PromptProblem])
        /// The file is gone: it was refused before that was recorded, or somebody took it away.
        case gone
        /// Not one can yet, but its last line is not whole and somebody may be writing it.
        case unfinished(BatchRecord)
    }

    private static let problemsReported = 20

    let ledger: Ledger
    let layout: SpoolLayout
    let parser: PromptParser
    private let maximumLineBytes: Int

    public init(ledger: Ledger, layout: SpoolLayout, maximumLineBytes: Int) {
        self.ledger = ledger
        self.layout = layout
        self.maximumLineBytes = maximumLineBytes
        var limits = PromptParser.Limits()
        limits.maximumLineBytes = maximumLineBytes
        limits.maximumDocumentBytes = maximumLineBytes
        parser = PromptParser(limits: limits)
    }

    /// Reads `file` from where its batch begins, whatever an earlier, interrupted reading left in the ledger. A last line
    /// that is not whole is taken as it is if `isFinal`.
    ///
    /// - Throws: ``SpoolError`` if the ledger or the disk fails; the content never makes it throw.
    public func ingest(
        _ file: ClaimedFile, isFinal: Bool = true, annotate: @escaping Annotate
    ) async throws(SpoolError) -> Result {
        guard try layout.disk.exists(file.path) else { return .gone }
        let input: InputFile
        let format: BatchFormat
        let deadline: Deadline?
        do {
            try file.synchronize(on: layout.disk)
            input = try InputFile(path: file.path, on: layout.disk)
            let head = try input.read(at: 0, length: min(input.size, PromptParser.formatHeadBytes))
            let ofFile = try input.deadline()
            do throws(PromptProblem) {
                format = try PromptParser.format(fileName: file.name, head: head)
                deadline = try ofFile.get()
            } catch {
                let batch = try await begin(file, format: nil)
                return isFinal
                    ? try await unreadable(batch, [error], seenBytes: input.size) : .unfinished(batch)
            }
        } catch {
            if error.isTemporary { throw error }
            return .unreadable(try await begin(file, format: nil), [Self.problem(for: error)])
        }
        let batch = try await begin(file, format: format, deadline: deadline)
        switch format {
        case .text, .markdown:
            return try await ingestDocument(input, batch: batch, annotate: annotate)
        case .openAIBatch, .simpleJSONL:
            let (lines, part) = try await readLines(
                input, of: batch, from: batch.start, isFinal: isFinal, annotate: annotate)
            return try await end(batch, problems: lines.problems, part: part, isFinal: isFinal)
        }
    }

    private func begin(
        _ file: ClaimedFile, format: BatchFormat?, deadline: Deadline? = nil
    ) async throws(SpoolError) -> BatchRecord {
        try await ledger.beginBatch(
            id: file.batchID, name: file.name, inode: file.inode, format: format,
            claimedAt: file.claimedAt, closure: file.closure, deadline: deadline)
    }

    private func ingestDocument(
        _ input: InputFile, batch: BatchRecord, annotate: Annotate
    ) async throws(SpoolError) -> Result {
        let document: Document
        switch try self.document(input, of: batch, annotate: annotate) {
        case .success(let read): document = read
        case .failure(let problem):
            return try await unreadable(batch, [problem], seenBytes: input.size)
        }
        try await insert([document.prompt], into: batch)
        let length = document.prompt.length
        let part = ReadPart(
            position: ReadPosition(bytes: length, lines: 1), seenBytes: length, end: length, lines: 1)
        return try await end(batch, problems: [], part: part, isFinal: true)
    }

    /// A file that is one prompt.
    struct Document: Sendable {
        let prompt: NewPrompt
        let annotation: PromptAnnotation
        let priority: Int
    }

    /// Reads a document as it is now.
    func document(
        _ input: InputFile, of batch: BatchRecord, annotate: Annotate
    ) throws(SpoolError) -> Swift.Result<Document, PromptProblem> {
        let size = try input.status().size
        guard size <= maximumLineBytes else { return .failure(.documentTooLong(limit: maximumLineBytes)) }
        let bytes = try input.read(at: 0, length: size)
        // What the ledger has of a file must not be gone from it after a power cut.
        try input.synchronize()
        do throws(PromptProblem) {
            let prompt = try parser.parseDocument(bytes, fileName: batch.name)
            let annotation = annotate(prompt)
            let new = NewPrompt(
                line: 1, offset: 0, length: bytes.count, customID: prompt.customID,
                hasExplicitID: prompt.hasExplicitID, digest: bytes.withUnsafeBytes(ContentDigest.of),
                deadline: prompt.deadline, content: .queued(annotation, priority: prompt.priority))
            return .success(Document(prompt: new, annotation: annotation, priority: prompt.priority))
        } catch {
            return .failure(error)
        }
    }

    /// How far a reading came.
    struct ReadPart: Sendable {
        /// Where reading goes on if the file grows.
        var position: ReadPosition
        /// Bytes accounted for.
        var seenBytes: Int
        /// Where the file ended, bytes.
        var end: Int
        /// Lines read, blank ones and a part of one at the end counted.
        var lines: Int
        /// Whether what was read was added to the ledger.
        var isTaken = true
    }

    /// Reads on while the lines read before are taken apart on all processors and those before them are written.
    ///
    /// - Parameter growthOf: the batch as it was read before, whose growth this is; nil for a first reading.
    /// - Returns: The number of lines and the problems of the first of them, without the prompts.
    func readLines(
        _ input: InputFile, of batch: BatchRecord, from start: ReadPosition, isFinal: Bool,
        growthOf earlier: BatchRecord? = nil, annotate: @escaping Annotate
    ) async throws(SpoolError) -> (IngestedLines, ReadPart) {
        var blocks = try LineBlocks(
            input.file, from: start, limit: maximumLineBytes, takesPartialLine: isFinal,
            isWhole: { (try? parser.parseLine($0, line: 1)) != nil })
        let lineParser = LineIngest(
            parser: parser, batchID: batch.id, maximumLineBytes: maximumLineBytes, annotate: annotate)
        var whole = IngestedLines()
        var part = ReadPart(
            position: start, seenBytes: earlier?.seenBytes ?? 0, end: start.bytes, lines: start.lines)
        var waiting: [NewPrompt] = []
        var growth: InputGrowth?
        var syncedBytes = 0
        while true {
            let wave = try blocks.next()
            // What the ledger has of a file must not be gone from it after a power cut.
            if blocks.end > syncedBytes { try input.synchronize() }
            syncedBytes = blocks.end
            async let writing = insertion(of: waiting, growth: growth, into: batch)
            let following = wave.isEmpty ? IngestedLines() : await lineParser.read(wave)
            guard try await writing.get() else {
                part.isTaken = false
                return (whole, part)
            }
            let next = ReadPart(
                position: blocks.position, seenBytes: blocks.seenBytes, end: blocks.end,
                lines: blocks.lineCount)
            if earlier != nil, next.seenBytes != part.seenBytes {
                growth = InputGrowth(
                    origin: part.position, originSeenBytes: part.seenBytes, position: next.position,
                    seenBytes: next.seenBytes)
            } else {
                growth = nil
            }
            part = next
            whole.problems += following.problems.prefix(Self.problemsReported - whole.problems.count)
            waiting = following.prompts
            guard !wave.isEmpty || growth != nil else { break }
        }
        return (whole, part)
    }

    private func end(
        _ batch: BatchRecord, problems: [PromptProblem], part: ReadPart, isFinal: Bool
    ) async throws(SpoolError) -> Result {
        let recorded = try await ledger.batch(sequence: batch.sequence) ?? batch
        // What goes on in the file of a published batch is published too, whatever it is.
        guard recorded.openCount > 0 || batch.start.lines > 0 else {
            guard isFinal || part.seenBytes == part.end else { return .unfinished(recorded) }
            let whole = PromptProblem.noReadablePrompt(
                lines: part.lines - batch.start.lines, first: problems.first)
            return try await unreadable(recorded, [whole] + problems, seenBytes: part.end)
        }
        try await ledger.endIngest(
            batch.sequence, position: part.position, seenBytes: part.seenBytes)
        return .accepted(recorded, prompts: recorded.promptCount, rejected: recorded.failedCount)
    }

    /// Notes how much of the file was looked at before it is refused: what is added later is looked at too.
    private func unreadable(
        _ batch: BatchRecord, _ problems: [PromptProblem], seenBytes: Int
    ) async throws(SpoolError) -> Result {
        try await ledger.noteSeen(seenBytes, of: batch)
        return .unreadable(batch, problems)
    }

    /// - Returns: Whether they were added.
    private func insertion(
        of prompts: [NewPrompt], growth: InputGrowth?, into batch: BatchRecord
    ) async -> Swift.Result<Bool, SpoolError> {
        do throws(SpoolError) {
            guard !prompts.isEmpty || growth != nil else { return .success(true) }
            return .success(try await insert(prompts, growth: growth, into: batch))
        } catch {
            return .failure(error)
        }
    }

    @discardableResult
    private func insert(
        _ prompts: [NewPrompt], growth: InputGrowth? = nil, into batch: BatchRecord
    ) async throws(SpoolError) -> Bool {
        try await ledger.insert(prompts, into: batch.sequence, growth: growth) { prompt, firstLine in
            let problem = PromptProblem.duplicateCustomID(
                prompt.customID ?? "", line: prompt.line, firstLine: firstLine)
            return OutputLine(problem: problem, batchID: batch.id).serialized()
        }
    }

    static func problem(for error: SpoolError) -> PromptProblem {
        PromptProblem(
            code: "unreadable_file", message: "the file cannot be read: \(error.reason)",
            remedy: error.remedy)
    }
}
