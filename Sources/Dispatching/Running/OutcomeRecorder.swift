import Foundation
import Logging
import Spool

/// Writes outcomes to the ledger, many in one transaction when they come fast, and never gives one up.
///
/// While the disk takes no writes it keeps trying; callers wait, so that no further prompts are sent.
actor OutcomeRecorder {
    private let ledger: Ledger
    private let layout: SpoolLayout
    private let logger: Logger
    private let retryInterval: Duration = .seconds(5)
    private var pending: [(outcome: PromptOutcome, batchID: String)] = []
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private let wakeUps = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    /// Why outcomes cannot be written at present.
    private(set) var blockedReason: String?
    /// Batches of which every prompt has its outcome.
    nonisolated let completedBatches: AsyncStream<Int64>
    private let completed: AsyncStream<Int64>.Continuation

    init(ledger: Ledger, layout: SpoolLayout, logger: Logger) {
        self.ledger = ledger
        self.layout = layout
        self.logger = logger
        (completedBatches, completed) = AsyncStream.makeStream()
    }

    /// Returns when the outcome is on disk.
    func record(_ outcome: PromptOutcome, batchID: String) async {
        await withCheckedContinuation { continuation in
            pending.append((outcome, batchID))
            waiters.append(continuation)
            wakeUps.continuation.yield()
        }
    }

    /// Writes what is recorded, until ``finish()`` or cancellation.
    func run() async {
        for await _ in wakeUps.stream { await writePending() }
        await writePending()
        for waiter in waiters { waiter.resume() }
        waiters = []
        completed.finish()
    }

    /// Announces a batch whose outcomes were complete before this process started.
    func announceCompleted(_ batch: Int64) {
        completed.yield(batch)
    }

    /// Lets ``run()`` end when everything is written, and ``completedBatches`` after it.
    func finish() {
        wakeUps.continuation.finish()
    }

    private func writePending() async {
        while !pending.isEmpty {
            let group = pending
            let done = waiters
            pending = []
            waiters = []
            let batches = await write(group.map(\.outcome))
            for (batchID, entries) in Dictionary(grouping: group, by: \.batchID) {
                do {
                    try FollowFiles(layout: layout, batchID: batchID).append(entries.map(\.outcome))
                } catch {
                    logger.warning("\(error)", metadata: ["batch": "\(batchID)"])
                }
            }
            for waiter in done { waiter.resume() }
            for batch in batches { completed.yield(batch) }
        }
    }

    private func write(_ outcomes: [PromptOutcome]) async -> [Int64] {
        while !Task.isCancelled {
            do {
                let batches = try await ledger.record(outcomes)
                if blockedReason != nil { logger.notice("The ledger takes writes again") }
                blockedReason = nil
                return batches
            } catch {
                if blockedReason == nil { logger.error("Work pauses: \(error)") }
                blockedReason = "\(error)"
                try? await Task.sleep(for: retryInterval)
            }
        }
        return []
    }
}
