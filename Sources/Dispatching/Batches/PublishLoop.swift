import Foundation
import Logging
import PromptBatch
import Spool
import Systemd

/// Publishes batches as they are completed, several at once, and tries again where the disk refuses.
struct PublishLoop: Sendable {
    /// Batches published at once: most of the time of a small one goes by in waiting for the disk.
    private static let publishers = 16
    private static let retryInterval: Duration = .seconds(5)

    let ledger: Ledger
    let publisher: BatchPublisher
    let inputs: BatchInputs
    let queue: PromptQueue
    let executor: BlockingWork
    let troubles: Troubles
    let logger: Logger

    /// Ends when `batches` ends.
    func run(_ batches: AsyncStream<Int64>) async {
        await withTaskGroup { group in
            for _ in 0..<Self.publishers {
                group.addTask(executorPreference: executor) {
                    for await sequence in batches { await publishPersistently(sequence) }
                }
            }
        }
    }

    /// Deletes what earlier runs left of batches that are published.
    func sweep() async throws {
        for batch in try await ledger.unsweptBatches() { try await ledger.sweepOutcomes(of: batch) }
    }

    private func publishPersistently(_ sequence: Int64) async {
        while !Task.isCancelled {
            do {
                try await publish(sequence)
                if troubles.clear(.publishing) { logger.notice("Outputs can be written again") }
                return
            } catch {
                if troubles.set(.publishing, "\(error)") { logger.error("Publishing waits: \(error)") }
                try? await Task.sleep(for: Self.retryInterval)
            }
        }
    }

    private func publish(_ sequence: Int64) async throws {
        guard let batch = try await ledger.beginPublishing(sequence) else { return }
        let (summary, directory) = try await publisher.publish(batch)
        await inputs.close(sequence)
        await queue.forget(batch: sequence)
        let speed = summary.totals.tokensPerSecond.map { String(format: ", %.1f tok/s", $0) } ?? ""
        let gain = summary.totals.estimatedSpeedup.map { String(format: ", %.2f× depth 0", $0) } ?? ""
        let failures = summary.totals.failed + summary.totals.unreadable
        logger.notice(
            "Batch \(batch.name): \(summary.totals.succeeded) answered, \(failures) failed\(speed)\(gain); \(directory)",
            metadata: [
                "MESSAGE_ID": "\(MessageID.batchFinished.rawValue)", "batch": "\(batch.id)",
                "file": "\(batch.name)", "answered": "\(summary.totals.succeeded)",
                "failed": "\(failures)", "output": "\(directory)",
                "generated_tokens": "\(summary.totals.generatedTokens)",
            ])
    }
}
