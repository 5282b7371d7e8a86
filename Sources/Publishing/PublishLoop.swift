import Foundation
import Intake
import Logging
import Loops
import PromptBatch
import Spool
import Synchronization
import Systemd

/// Publishes batches as they are completed, several at once, and tries again where the disk refuses.
package struct PublishLoop: Sendable {
    /// Batches published at once: most of the time of a small one goes by in waiting for the disk.
    private static let publishers = 16
    private static let retryInterval: Duration = .seconds(5)

    let ledger: Ledger
    package let publisher: BatchPublisher
    let reader: BatchReader
    let executor: any TaskExecutor
    let time: any TimeSource
    let troubles: Troubles
    let logger: Logger
    /// Called with every batch that was published.
    let onPublished: @Sendable (Int64) async -> Void

    package init(
        ledger: Ledger, publisher: BatchPublisher, reader: BatchReader, executor: any TaskExecutor,
        time: any TimeSource, troubles: Troubles, logger: Logger,
        onPublished: @escaping @Sendable (Int64) async -> Void
    ) {
        self.ledger = ledger
        self.publisher = publisher
        self.reader = reader
        self.executor = executor
        self.time = time
        self.troubles = troubles
        self.logger = logger
        self.onPublished = onPublished
    }

    /// What is to be done for a batch next.
    private enum Step {
        case take(Int64)
        case publish(BatchRecord)

        var sequence: Int64 {
            switch self {
            case .take(let sequence): sequence
            case .publish(let batch): batch.sequence
            }
        }
    }

    /// Ends when `batches` ends. A batch that cannot be published waits, and keeps no other one from it.
    package func run(_ batches: AsyncStream<Int64>) async {
        let (steps, more) = AsyncStream<Step>.makeStream()
        let refused = RefusedBatches()
        await withTaskGroup { group in
            group.addTask(executorPreference: executor) {
                for await sequence in batches { more.yield(.take(sequence)) }
                more.finish()
            }
            for _ in 0..<Self.publishers {
                group.addTask(executorPreference: executor) {
                    await withDiscardingTaskGroup { waiting in
                        for await next in steps {
                            guard let again = await carryOut(next, refused) else { continue }
                            waiting.addTask(executorPreference: executor) {
                                try? await time.sleep(for: Self.retryInterval)
                                more.yield(again)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Deletes what earlier runs left of batches that are published.
    package func sweep() async throws {
        for batch in try await ledger.unsweptBatches() { try await ledger.sweepOutcomes(of: batch) }
    }

    /// - Returns: What has to be tried again.
    private func carryOut(_ step: Step, _ refused: RefusedBatches) async -> Step? {
        guard !Task.isCancelled else { return nil }
        var step = step
        do {
            if case .take(let sequence) = step, let taken = try await take(sequence) {
                step = .publish(taken)
            }
            if case .publish(let batch) = step { try await publish(batch) }
        } catch {
            // A stop interrupts what reads the ledger; that is no trouble.
            guard !Task.isCancelled else { return nil }
            refused.add(step.sequence)
            if troubles.set(.publishing, "\(error)") { logger.error("Publishing waits: \(error)") }
            return step
        }
        if refused.remove(step.sequence), troubles.clear(.publishing) {
            logger.notice("Outputs can be written again")
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
        let (summary, directory) = try await publisher.publish(batch)
        await onPublished(batch.sequence)
        let speed = summary.totals.tokensPerSecond.map { String(format: ", %.1f tok/s", $0) } ?? ""
        let gain = summary.totals.saving.map { ", " + $0 } ?? ""
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

/// Batches that could not be published when last tried.
private final class RefusedBatches: Sendable {
    private let sequences = Mutex<Set<Int64>>([])

    func add(_ sequence: Int64) { _ = sequences.withLock { $0.insert(sequence) } }

    /// - Returns: Whether none is left.
    func remove(_ sequence: Int64) -> Bool {
        sequences.withLock { sequences in
            sequences.remove(sequence)
            return sequences.isEmpty
        }
    }
}
