import Foundation
import Logging
import PromptBatch
import Settings
import Spool
import SystemPackage
import Systemd

/// Reads claimed files into the ledger and lets their prompts wait, or puts a file away that holds none.
package struct BatchReader: Sendable {
    /// Files read at once: most of the time of a small one goes by in waiting for the disk.
    static let readers = 16
    /// How many settle times a line that is not whole is waited for.
    private static let patience = 60

    let ledger: Ledger
    let publisher: BatchPublisher
    let judge: @Sendable () -> PromptJudge
    let settings: SharedSettings
    let executor: any TaskExecutor
    let logger: Logger
    /// Called with every batch that was read, and with one that has waiting prompts since more of it was read.
    let onBatch: @Sendable (BatchRecord, _ hasGrown: Bool) async throws -> Void

    package init(
        ledger: Ledger, publisher: BatchPublisher, judge: @escaping @Sendable () -> PromptJudge,
        settings: SharedSettings, executor: any TaskExecutor, logger: Logger,
        onBatch: @escaping @Sendable (BatchRecord, _ hasGrown: Bool) async throws -> Void
    ) {
        self.ledger = ledger
        self.publisher = publisher
        self.judge = judge
        self.settings = settings
        self.executor = executor
        self.logger = logger
        self.onBatch = onBatch
    }

    private var layout: SpoolLayout { publisher.layout }

    private func ingest() -> BatchIngest {
        BatchIngest(
            ledger: ledger, layout: layout, maximumLineBytes: settings.current.input.maximumLineBytes)
    }

    /// Reads one file.
    ///
    /// - Returns: False if it holds nothing that could run yet and may be being written: it is to be read again later.
    /// - Throws: `SpoolError` if disk or ledger fail; the file stays in `active/` then.
    func read(_ file: ClaimedFile) async throws -> Bool {
        if let batch = try await ledger.batch(id: file.batchID) {
            switch batch.state {
            case .ingesting, .failed: break
            case .running:
                // It was read, and what had to follow was interrupted.
                try await onBatch(batch, true)
                return true
            case .publishing, .done: return true
            }
        }
        let judge = judge()
        let isFinal = try isFinal(file.path, closure: file.closure)
        switch try await ingest().ingest(
            file, isFinal: isFinal, annotate: { judge.annotate($0, batch: file.batchID) })
        {
        case .accepted(let batch, let prompts, let rejected):
            let lines = rejected == 0 ? "" : ", \(rejected) of them unreadable lines"
            logger.notice(
                "Batch \(file.name): \(prompts) prompts\(lines)",
                metadata: [
                    "MESSAGE_ID": "\(MessageID.batchClaimed.rawValue)", "batch": "\(batch.id)",
                    "file": "\(file.name)", "prompts": "\(prompts)", "rejected": "\(rejected)",
                ])
            try await onBatch(batch, false)
        case .unreadable(let batch, let problems):
            let path = try await publisher.reject(batch, problems: problems) ?? file.path
            let code = problems.first?.code ?? "no_readable_prompt"
            logger.error(
                "Batch \(file.name) cannot run (\(code)). It is now \(path), see \(path).error.json",
                metadata: [
                    "MESSAGE_ID": "\(MessageID.batchFailed.rawValue)", "batch": "\(batch.id)",
                    "file": "\(file.name)",
                ])
        case .gone:
            if let batch = try await ledger.batch(id: file.batchID), batch.state == .ingesting {
                try await publisher.reject(batch, problems: [])
            }
        case .unfinished:
            return false
        }
        return true
    }

    /// Reads on in the file of a running batch where it has grown.
    ///
    /// - Throws: `SpoolError` if disk or ledger fail.
    package func readOn(_ batch: BatchRecord) async throws -> BatchGrowth {
        let judge = judge()
        let path = layout.inputDirectory(batch: batch.id) + "/" + batch.name
        let isFinal = try isFinal(path, closure: batch.closure)
        let growth: BatchGrowth
        do {
            growth = try await ingest().readOn(batch, isFinal: isFinal) {
                judge.annotate($0, batch: batch.id)
            }
        } catch {
            // A part may have been added before.
            if let now = try await ledger.batch(sequence: batch.sequence), now.openCount > 0 {
                try await onBatch(now, true)
            }
            throw error
        }
        guard growth == .readOn, let now = try await ledger.batch(sequence: batch.sequence) else {
            return growth
        }
        if now.promptCount > batch.promptCount {
            logger.notice(
                "Batch \(batch.name) has grown: \(now.promptCount - batch.promptCount) further lines",
                metadata: ["batch": "\(batch.id)", "file": "\(batch.name)"])
        }
        if now.openCount > 0 { try await onBatch(now, true) }
        return growth
    }

    /// Whether a line at the end that is not whole stays so. One who writes a line in two goes may have closed the file
    /// in between; one who has it open is waited for however long he pauses.
    private func isFinal(_ path: String, closure: Closure) throws -> Bool {
        try closure == .known || layout.disk.hasWriter(FilePath(path)) != true && isAtRest(path)
    }

    /// Whether a file has not been written for so long that a line that is not whole stays so.
    private func isAtRest(_ path: String) throws -> Bool {
        guard let status = try layout.disk.status(of: FilePath(path)) else { return true }
        let patience = settings.current.input.settleTime * Self.patience
        // A writer cannot set this time; one in the future says that the clock was set back.
        let age = layout.disk.now.timeIntervalSince(status.changedAt)
        return age >= patience / .seconds(1) || age < -60
    }
}
