import Foundation
import PromptBatch
import Spool

/// Reads prompts of running batches back from their claimed files.
actor BatchInputs {
    private let ledger: Ledger
    private let layout: SpoolLayout
    private let parser: PromptParser
    private var records: [Int64: BatchRecord] = [:]
    private var files: [Int64: InputFile] = [:]

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
        if let record = records[sequence] { return record }
        guard let record = try await ledger.batch(sequence: sequence) else {
            throw SpoolError(
                operation: "find batch \(sequence) in", path: ledger.path, reason: "it is not recorded",
                remedy: "restart the daemon; it reads active/ anew")
        }
        records[sequence] = record
        return record
    }

    /// Reads one prompt as it was submitted.
    ///
    /// - Throws: ``PromptProblem`` if the file no longer holds what was read at the claim, ``SpoolError`` if it
    ///   cannot be read.
    func prompt(_ queued: QueuedPrompt) async throws -> Prompt {
        let batch = try await batch(queued.key.batch)
        let bytes = try file(of: batch).read(at: queued.offset, length: queued.length)
        let isDocument = batch.format == .text || batch.format == .markdown
        return try bytes.withUnsafeBytes { buffer in
            isDocument
                ? try parser.parseDocument(buffer, fileName: batch.name)
                : try parser.parseLine(buffer, line: queued.key.line)
        }
    }

    /// Closes a batch's file.
    func close(_ sequence: Int64) {
        records[sequence] = nil
        files[sequence] = nil
    }

    /// Opens the claimed file; if somebody took it away, the prompt's error says so.
    private func file(of batch: BatchRecord) throws -> InputFile {
        if let file = files[batch.sequence] { return file }
        let path = layout.inputDirectory(batch: batch.id) + "/" + batch.name
        do throws(SpoolError) {
            let file = try InputFile(path: path)
            files[batch.sequence] = file
            return file
        } catch {
            guard error.code == ENOENT else { throw error }
            throw PromptProblem(
                code: "input_gone", message: "The batch's file is no longer at \(path).",
                remedy: "Leave active/ to the daemon, and submit the file again.")
        }
    }
}
