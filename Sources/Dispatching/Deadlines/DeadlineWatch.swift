import Foundation
import Logging
import PromptBatch
import Spool
import Systemd

/// Ends prompts whose deadline has passed with the error `batch_expired`, those in flight included.
///
/// What reaches the ledger first holds: an answer that is on disk by then is kept, one that would come later is not waited
/// for. Deadlines are instants of the wall clock, which a restart does not move; the next one is slept for.
actor DeadlineWatch {
    private static let promptsAtOnce = 1000
    /// Between two rounds: what is due in quick succession ends together, and the queue looks at a batch anew once for it.
    private static let pace: Duration = .seconds(1)
    /// Between two tries while the ledger fails.
    private static let retryInterval: Duration = .seconds(5)

    private let ledger: Ledger
    private let layout: SpoolLayout
    private let queue: PromptQueue
    private let requests: RequestsInFlight
    private let recorder: OutcomeRecorder
    private let metrics: DaemonMetrics
    private let time: any TimeSource
    private let troubles: Troubles
    private let logger: Logger
    private let waiters = Waiters()

    init(
        ledger: Ledger, layout: SpoolLayout, queue: PromptQueue, requests: RequestsInFlight,
        recorder: OutcomeRecorder, metrics: DaemonMetrics, time: any TimeSource, troubles: Troubles,
        logger: Logger
    ) {
        self.ledger = ledger
        self.layout = layout
        self.queue = queue
        self.requests = requests
        self.recorder = recorder
        self.metrics = metrics
        self.time = time
        self.troubles = troubles
        self.logger = logger
    }

    /// There may be a sooner deadline than was known.
    func lookAgain() { waiters.wakeAll() }

    /// Ends what is overdue, as it becomes so, until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let seen = waiters.changes
            do {
                let wasOverdue = try await endOverdue()
                let next = try await ledger.nextDeadline()
                if troubles.clear(.deadlines) { logger.notice("Deadlines are kept again") }
                if wasOverdue {
                    try await time.sleep(for: Self.pace)
                } else if waiters.changes == seen {
                    await wait(until: next)
                }
            } catch {
                guard !Task.isCancelled else { return }
                if troubles.set(.deadlines, "\(error)") { logger.error("\(error)") }
                try? await time.sleep(for: Self.retryInterval)
            }
        }
    }

    private func wait(until date: Date?) async {
        guard let date else { return await waiters.wait() }
        await waiters.wait(unlessAfter: { [time] in try await time.sleep(until: date) })
    }

    /// Ends what is overdue now. Before the first prompt of a daemon is sent, that is all whose deadline passed while none
    /// ran.
    ///
    /// - Returns: Whether there was anything to look at.
    @discardableResult
    func endOverdue() async throws -> Bool {
        let now = layout.disk.now
        let batches = try await ledger.overdueBatches(at: now)
        for batch in batches { try await endOverdue(of: batch, at: now) }
        return !batches.isEmpty
    }

    private func endOverdue(of batch: BatchRecord, at now: Date) async throws {
        var expired = 0
        while true {
            let prompts = try await ledger.overduePrompts(
                of: batch.sequence, at: now, limit: Self.promptsAtOnce)
            guard !prompts.isEmpty else { break }
            let ended = await recorder.record(
                prompts.map { Self.outcome(of: $0, batch: batch) }, batchID: batch.id)
            let keys = Set(prompts.map(\.key))
            _ = requests.abort(where: keys.contains)
            expired += ended
            // Of prompts that were answered in this moment it is not known which they are, but how many.
            for prompt in prompts.prefix(ended) {
                metrics.note(.expired, DaemonMetrics.PromptLabels(notSent: prompt))
            }
            // The daemon stops, or all of them were answered in this moment; what is left has its turn.
            if ended == 0 { break }
        }
        try await ledger.renewDeadline(of: batch.sequence)
        guard expired > 0 else { return }
        if let now = try await ledger.batch(sequence: batch.sequence), now.openCount > 0 {
            try await queue.reload(batch: batch.sequence)
        } else {
            await queue.forget(batch: batch.sequence)
        }
        logger.warning(
            "Batch \(batch.name): \(BatchCancellation.count(expired)) had no answer in time and ended as batch_expired",
            metadata: [
                "MESSAGE_ID": "\(MessageID.promptsExpired.rawValue)", "batch": "\(batch.id)",
                "file": "\(batch.name)", "expired": "\(expired)",
            ])
    }

    private static func outcome(of prompt: QueuedPrompt, batch: BatchRecord) -> PromptOutcome {
        let line = OutputLine(
            id: OutputLine.id(batchID: batch.id, line: prompt.key.line), customID: prompt.customID,
            response: nil,
            error: OutputLine.Failure(
                code: "batch_expired",
                // As OpenAI has it.
                message: "This request could not be executed before the completion window expired.",
                remedy: prompt.hasWindow
                    ? "draftspool retry runs it again, with a window that begins then"
                    : "submit it again with a later deadline",
                line: prompt.key.line))
        return PromptOutcome(
            key: prompt.key, isSuccess: false, outputLine: line.serialized(), timingLine: nil, answer: nil,
            isExpired: true)
    }
}
