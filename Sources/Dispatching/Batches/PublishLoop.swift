import Foundation
import Logging
import PromptBatch
import Spool
import Systemd

/// Publishes batches as they are completed, and tries again where the disk refuses.
struct PublishLoop: Sendable {
    let ledger: Ledger
    let publisher: BatchPublisher
    let inputs: BatchInputs
    let queue: PromptQueue
    let logger: Logger
    private let retryInterval: Duration = .seconds(5)

    init(
        ledger: Ledger, publisher: BatchPublisher, inputs: BatchInputs, queue: PromptQueue, logger: Logger
    ) {
        self.ledger = ledger
        self.publisher = publisher
        self.inputs = inputs
        self.queue = queue
        self.logger = logger
    }

    /// Ends when `batches` ends.
    func run(_ batches: AsyncStream<Int64>) async {
        for await sequence in batches {
            while !Task.isCancelled {
                do {
                    try await publish(sequence)
                    break
                } catch {
                    logger.error("Publishing waits: \(error)")
                    try? await Task.sleep(for: retryInterval)
                }
            }
        }
    }

    private func publish(_ sequence: Int64) async throws {
        guard let batch = try await ledger.batch(sequence: sequence),
            batch.state == .running || batch.state == .publishing, batch.openCount == 0
        else { return }
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
