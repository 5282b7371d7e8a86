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
    let reader: BatchReader
    let executor: any TaskExecutor
    let time: any TimeSource
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
        guard let batch = await persistently({ try await take(sequence) }) ?? nil else { return }
        _ = await persistently { try await publish(batch) }
    }

    /// Tries until it works.
    ///
    /// - Returns: Nil on cancellation.
    private func persistently<Result>(_ body: () async throws -> Result) async -> Result? {
        while !Task.isCancelled {
            do {
                let result = try await body()
                if troubles.clear(.publishing) { logger.notice("Outputs can be written again") }
                return result
            } catch {
                if troubles.set(.publishing, "\(error)") { logger.error("Publishing waits: \(error)") }
                try? await time.sleep(for: Self.retryInterval)
            }
        }
        return nil
    }

    /// Takes a batch to be published; nil if it is not complete, its file has more to be read, or somebody has it.
    private func take(_ sequence: Int64) async throws -> BatchRecord? {
        while let batch = try await ledger.batch(sequence: sequence), batch.openCount == 0 {
            guard batch.state == .running else { return try await ledger.beginPublishing(sequence) }
            switch try await reader.readOn(batch) {
            case .readOn: continue
            case .unfinishedLine: return nil
            case .none: return try await ledger.beginPublishing(sequence)
            }
        }
        return nil
    }

    private func publish(_ batch: BatchRecord) async throws {
        let sequence = batch.sequence
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
