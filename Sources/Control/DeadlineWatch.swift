import Dispatching
import Foundation
import Logging
import Loops
import PromptBatch
import Publishing
import Spool
import Systemd

/// Ends prompts whose deadline has passed with the error `batch_expired`, those in flight included.
///
/// What reaches the ledger first holds: an answer that is on disk by then is kept, one that would come later is not waited
/// for. Deadlines are instants of the wall clock, which a restart does not move; the next one is slept for.
package actor DeadlineWatch {
    private static let promptsAtOnce = 1000
    /// Between two rounds: what is due in quick succession ends together, and the queue looks at a batch anew once for it.
    private static let pace: Duration = .seconds(1)
    /// Between two tries while the ledger fails.
    private static let retryInterval: Duration = .seconds(5)
    /// What nobody told of, since something failed in between, is found too.
    private static let longestSleepSeconds = 60.0

    private let ledger: Ledger
    private let layout: SpoolLayout
    private let queue: PromptQueue
    private let requests: RequestsInFlight
    private let recorder: OutcomeRecorder
    private let metrics: DaemonMetrics
    private let time: any TimeSource
    private let troubles: Troubles
    private let logger: Logger
    /// The soonest deadline that it was told of since it began to look.
    private var told = Date.distantFuture
    /// When it looks again; the past while it does.
    private var wakesAt = Date.distantPast
    private let waiters = Waiters()

    package init(
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

    /// The ledger has a prompt that is to be answered by then. One later than those that are known wakes nobody.
    package func note(_ deadline: Date) {
        told = min(told, deadline)
        if told < wakesAt { waiters.wakeAll() }
    }

    /// Ends what is overdue, as it becomes so, until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            told = .distantFuture
            do {
                let wasOverdue = try await endOverdue()
                let next = try await ledger.nextDeadline()
                if troubles.clear(.deadlines) { logger.notice("Deadlines are kept again") }
                if wasOverdue {
                    try await time.sleep(for: Self.pace)
                } else {
                    await wait(until: min(told, next ?? .distantFuture))
                }
            } catch {
                guard !Task.isCancelled else { return }
                if troubles.set(.deadlines, "\(error)") { logger.error("\(error)") }
                try? await time.sleep(for: Self.retryInterval)
            }
        }
    }

    private func wait(until deadline: Date) async {
        let date = min(deadline, layout.disk.now.addingTimeInterval(Self.longestSleepSeconds))
        wakesAt = date
        await waiters.wait(unlessAfter: { [time] in try await time.sleep(until: date) })
        wakesAt = .distantPast
    }

    /// Ends what is overdue now. Before the first prompt of a daemon is sent, that is all whose deadline passed while none
    /// ran.
    ///
    /// - Returns: Whether there was anything to look at.
    /// - Throws: what is wrong with the first batch with which something is, when all have been looked at.
    @discardableResult
    package func endOverdue() async throws -> Bool {
        let now = layout.disk.now
        let batches = try await ledger.overdueBatches(at: now)
        var failure: (any Error)?
        for batch in batches {
            do { try await endOverdue(of: batch, at: now) } catch {
                try Task.checkCancellation()
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
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
            await queue.settle(keys, of: batch.sequence)
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
        let current = try await ledger.batch(sequence: batch.sequence)
        // Those that were due are answered: what is left is not as urgent.
        guard expired > 0 else {
            return await queue.renewDeadline(of: batch.sequence, to: current?.deadline)
        }
        tell(of: expired, in: batch)
        if let current, current.openCount > 0 {
            try await queue.shrink(batch: batch.sequence)
        } else {
            await queue.forget(batch: batch.sequence)
        }
    }

    private func tell(of expired: Int, in batch: BatchRecord) {
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
