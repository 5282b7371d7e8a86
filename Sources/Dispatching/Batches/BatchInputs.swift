import Foundation
import PromptBatch
import Spool

/// Reads prompts of running batches back from their claimed files.
actor BatchInputs {
    private struct Open {
        let record: BatchRecord
        let file: InputFile
    }

    private let ledger: Ledger
    private let layout: SpoolLayout
    private let parser: PromptParser
    private var open: [Int64: Open] = [:]

    init(ledger: Ledger, layout: SpoolLayout, maximumLineBytes: Int) {
        self.ledger = ledger
        self.layout = layout
        var limits = PromptParser.Limits()
        limits.maximumLineBytes = maximumLineBytes
        limits.maximumDocumentBytes = maximumLineBytes
        parser = PromptParser(limits: limits)
    }

    /// The batch a prompt belongs to.
    func batch(_ sequence: Int64) async throws -> BatchRecord {
        try await opened(sequence).record
    }

    /// Reads one prompt as it was submitted.
    ///
    /// - Throws: ``PromptProblem`` if the file no longer holds what was read at the claim, ``SpoolError`` if it
    ///   cannot be read.
    func prompt(_ queued: QueuedPrompt) async throws -> Prompt {
        let batch = try await opened(queued.key.batch)
        let bytes = try batch.file.read(at: queued.offset, length: queued.length)
        let isDocument = batch.record.format == .text || batch.record.format == .markdown
        return try bytes.withUnsafeBytes { buffer in
            isDocument
                ? try parser.parseDocument(buffer, fileName: batch.record.name)
                : try parser.parseLine(buffer, line: queued.key.line)
        }
    }

    /// Closes a batch's file.
    func close(_ sequence: Int64) {
        open[sequence] = nil
    }

    private func opened(_ sequence: Int64) async throws -> Open {
        if let batch = open[sequence] { return batch }
        guard let record = try await ledger.batch(sequence: sequence) else {
            throw SpoolError(
                operation: "find batch \(sequence) in", path: ledger.path, reason: "it is not recorded",
                remedy: "restart the daemon; it reads active/ anew")
        }
        let path = layout.activeDirectory(batch: record.id) + "/" + record.name
        let batch = Open(record: record, file: try InputFile(path: path))
        open[sequence] = batch
        return batch
    }
}
