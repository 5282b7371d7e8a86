import Foundation
import PromptBatch

/// Reads a claimed file into the ledger.
public struct BatchIngest: Sendable {
    /// Says what the dispatcher wants to know of a prompt.
    public typealias Annotate = @Sendable (Prompt) -> PromptAnnotation

    /// How the reading of a file ended.
    public enum Result: Sendable {
        /// At least one prompt can run.
        case accepted(BatchRecord, prompts: Int, rejected: Int)
        /// Not one can; the problems of the first lines say why.
        case unreadable(BatchRecord, [PromptProblem])
    }

    private static let problemsReported = 20

    private let ledger: Ledger
    private let parser: PromptParser
    private let maximumLineBytes: Int

    public init(ledger: Ledger, maximumLineBytes: Int) {
        self.ledger = ledger
        self.maximumLineBytes = maximumLineBytes
        var limits = PromptParser.Limits()
        limits.maximumLineBytes = maximumLineBytes
        limits.maximumDocumentBytes = maximumLineBytes
        parser = PromptParser(limits: limits)
    }

    /// Reads `file` from its beginning, whatever an earlier, interrupted reading left in the ledger.
    ///
    /// - Throws: ``SpoolError`` if the ledger or the disk fails; the content never makes it throw.
    public func ingest(
        _ file: ClaimedFile, annotate: @escaping Annotate
    ) async throws(SpoolError) -> Result {
        let input: InputFile
        let format: BatchFormat
        do {
            try file.synchronize()
            input = try InputFile(path: file.path)
            let head = try input.read(at: 0, length: min(input.size, PromptParser.formatHeadBytes))
            do throws(PromptProblem) {
                format = try PromptParser.format(fileName: file.name, head: head)
            } catch {
                return .unreadable(try await begin(file, format: nil), [error])
            }
        } catch {
            if error.isTemporary { throw error }
            return .unreadable(try await begin(file, format: nil), [Self.problem(for: error)])
        }
        let batch = try await begin(file, format: format)
        switch format {
        case .text, .markdown:
            return try await ingestDocument(input, file: file, batch: batch, annotate: annotate)
        case .openAIBatch, .simpleJSONL:
            return try await ingestLines(input, batch: batch, annotate: annotate)
        }
    }

    private func begin(_ file: ClaimedFile, format: BatchFormat?) async throws(SpoolError) -> BatchRecord {
        try await ledger.beginBatch(
            id: file.batchID, name: file.name, inode: file.inode, format: format,
            claimedAt: file.claimedAt)
    }

    private func ingestDocument(
        _ input: InputFile, file: ClaimedFile, batch: BatchRecord, annotate: Annotate
    ) async throws(SpoolError) -> Result {
        guard input.size <= maximumLineBytes else {
            return .unreadable(batch, [.documentTooLong(limit: maximumLineBytes)])
        }
        let bytes = try input.read(at: 0, length: input.size)
        let prompt: Prompt
        do throws(PromptProblem) {
            prompt = try parser.parseDocument(bytes, fileName: file.name)
        } catch {
            return .unreadable(batch, [error])
        }
        let new = NewPrompt(
            line: 1, offset: 0, length: bytes.count, customID: prompt.customID,
            hasExplicitID: prompt.hasExplicitID, digest: bytes.withUnsafeBytes(ContentDigest.of),
            content: .queued(annotate(prompt), priority: prompt.priority))
        try await insert([new], into: batch)
        return try await end(batch, lines: 1, problems: [])
    }

    /// Reads on while the lines read before are taken apart on all processors and those before them are written.
    private func ingestLines(
        _ input: InputFile, batch: BatchRecord, annotate: @escaping Annotate
    ) async throws(SpoolError) -> Result {
        var blocks = LineBlocks(
            reading: LineReader(descriptor: input.descriptor, path: input.path, limit: maximumLineBytes))
        let lineParser = LineIngest(
            parser: parser, batchID: batch.id, maximumLineBytes: maximumLineBytes, annotate: annotate)
        var problems: [PromptProblem] = []
        var parsed = IngestedLines()
        while true {
            let wave = try blocks.next()
            async let writing = insertion(of: parsed.prompts, into: batch)
            let following = wave.isEmpty ? IngestedLines() : await lineParser.read(wave)
            try await writing.get()
            guard !wave.isEmpty else { break }
            problems += following.problems.prefix(Self.problemsReported - problems.count)
            parsed = following
        }
        return try await end(batch, lines: blocks.lineCount, problems: problems)
    }

    private func end(
        _ batch: BatchRecord, lines: Int, problems: [PromptProblem]
    ) async throws(SpoolError) -> Result {
        let recorded = try await ledger.batch(sequence: batch.sequence) ?? batch
        guard recorded.openCount > 0 else {
            let whole = PromptProblem.noReadablePrompt(lines: lines, first: problems.first)
            return .unreadable(recorded, [whole] + problems)
        }
        try await ledger.endIngest(batch.sequence)
        return .accepted(recorded, prompts: recorded.promptCount, rejected: recorded.failedCount)
    }

    private func insertion(
        of prompts: [NewPrompt], into batch: BatchRecord
    ) async -> Swift.Result<Void, SpoolError> {
        do throws(SpoolError) {
            try await insert(prompts, into: batch)
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func insert(_ prompts: [NewPrompt], into batch: BatchRecord) async throws(SpoolError) {
        guard !prompts.isEmpty else { return }
        try await ledger.insert(prompts, into: batch.sequence) { prompt, firstLine in
            let problem = PromptProblem.duplicateCustomID(
                prompt.customID ?? "", line: prompt.line, firstLine: firstLine)
            return OutputLine(problem: problem, batchID: batch.id).serialized()
        }
    }

    private static func problem(for error: SpoolError) -> PromptProblem {
        PromptProblem(
            code: "unreadable_file", message: "the file cannot be read: \(error.reason)",
            remedy: error.remedy)
    }
}
