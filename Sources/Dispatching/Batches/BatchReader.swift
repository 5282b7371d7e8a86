import Foundation
import Logging
import PromptBatch
import Spool
import Systemd

/// Reads claimed files into the ledger and lets their prompts wait, or puts a file away that holds none.
struct BatchReader: Sendable {
    /// Files read at once: most of the time of a small one goes by in waiting for the disk.
    static let readers = 16

    let ledger: Ledger
    let publisher: BatchPublisher
    let judge: @Sendable () -> PromptJudge
    let settings: SharedSettings
    let executor: BlockingWork
    let logger: Logger
    /// Called with every batch whose prompts wait.
    let onBatch: @Sendable (BatchRecord) async throws -> Void

    /// Reads one file.
    ///
    /// - Throws: `SpoolError` if disk or ledger fail; the file stays in `active/` then.
    func read(_ file: ClaimedFile) async throws {
        let judge = judge()
        let ingest = BatchIngest(
            ledger: ledger, maximumLineBytes: settings.current.input.maximumLineBytes)
        switch try await ingest.ingest(file, annotate: { judge.annotate($0, batch: file.batchID) }) {
        case .accepted(let batch, let prompts, let rejected):
            let lines = rejected == 0 ? "" : ", \(rejected) of them unreadable lines"
            logger.notice(
                "Batch \(file.name): \(prompts) prompts\(lines)",
                metadata: [
                    "MESSAGE_ID": "\(MessageID.batchClaimed.rawValue)", "batch": "\(batch.id)",
                    "file": "\(file.name)", "prompts": "\(prompts)", "rejected": "\(rejected)",
                ])
            try await onBatch(batch)
        case .unreadable(let batch, let problems):
            let path = try await publisher.reject(batch, problems: problems) ?? file.path
            let problem = problems.first?.message ?? ""
            logger.error(
                "Batch \(file.name) cannot run: \(problem) It is now \(path), see \(path).error.json",
                metadata: [
                    "MESSAGE_ID": "\(MessageID.batchFailed.rawValue)", "batch": "\(batch.id)",
                    "file": "\(file.name)",
                ])
        }
    }
}
