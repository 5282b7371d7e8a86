import Foundation
import PromptBatch
import Spool

/// Reads prompts of running batches back from their claimed files.
package actor BatchInputs {
    /// Files kept open at most.
    private static let openFiles = 256

    private let ledger: Ledger
    private let layout: SpoolLayout
    private let parser: PromptParser
    private var records: [Int64: BatchRecord] = [:]
    private var files: [Int64: InputFile] = [:]

    package init(ledger: Ledger, layout: SpoolLayout, maximumLineBytes: Int) {
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
        if record.startedAt == nil { try await ledger.markStarted(sequence, at: Date()) }
        return record
    }

    /// Reads one prompt as it was submitted.
    ///
    /// - Throws: ``PromptProblem`` if the file no longer holds what was read at the claim, ``SpoolError`` if it
    ///   cannot be read.
    nonisolated func prompt(_ queued: QueuedPrompt, of batch: BatchRecord) async throws -> Prompt {
        let bytes = try await file(of: batch).read(at: queued.offset, length: queued.length)
        return try bytes.withUnsafeBytes { buffer in
            if let digest = queued.digest, ContentDigest.of(buffer) != digest {
                throw Self.changed(batch, line: queued.key.line)
            }
            return batch.isDocument
                ? try parser.parseDocument(buffer, fileName: batch.name)
                : try parser.parseLine(buffer, line: queued.key.line)
        }
    }

    /// Closes a batch's file.
    package func close(_ sequence: Int64) {
        records[sequence] = nil
        files[sequence] = nil
    }

    /// Opens the claimed file; if somebody took it away, the prompt's error says so.
    private func file(of batch: BatchRecord) throws -> InputFile {
        if let file = files[batch.sequence] { return file }
        let path = layout.inputDirectory(batch: batch.id) + "/" + batch.name
        do throws(SpoolError) {
            let file = try InputFile(path: path, on: layout.disk)
            if files.count >= Self.openFiles, let other = files.keys.first { files[other] = nil }
            files[batch.sequence] = file
            return file
        } catch {
            guard !error.isTemporary else { throw error }
            guard error.code == ENOENT else {
                throw PromptProblem(
                    code: "input_unreadable", message: "The batch's file cannot be read: \(error.reason).",
                    remedy: "\(error.remedy); then submit it again.")
            }
            throw PromptProblem(
                code: "input_gone", message: "The batch's file is no longer at \(path).",
                remedy: "Leave active/ to the daemon, and submit the file again.")
        }
    }

    private static func changed(_ batch: BatchRecord, line: Int) -> PromptProblem {
        PromptProblem(
            code: "input_changed",
            message: "Line \(line) of \(batch.name) is not what it was when the file was claimed.",
            remedy: "Submit the file again, and do not write to a file after dropping it.")
    }
}
