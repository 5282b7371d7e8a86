import Foundation
import Logging
import Spool

/// Writes attempts and outcomes to the ledger, many in one transaction when they come fast, and never gives an
/// outcome up.
///
/// While the disk takes no writes it keeps trying; callers wait, so that no further prompts are sent.
actor OutcomeRecorder {
    private struct Outcome {
        let outcomes: [PromptOutcome]
        let batchID: String
        let done: CheckedContinuation<Int, Never>
    }

    private struct Rebuild {
        let batch: BatchRecord
        let done: CheckedContinuation<Void, Never>
    }

    private struct Attempt {
        let attempt: PromptAttempt
        let done: CheckedContinuation<Bool, Never>
    }

    private let ledger: Ledger
    private let layout: SpoolLayout
    private let troubles: Troubles
    private let logger: Logger
    private let time: any TimeSource
    private let retryInterval: Duration = .seconds(5)
    private var attempts: [Attempt] = []
    private var outcomes: [Outcome] = []
    private var rebuilds: [Rebuild] = []
    private var givesUp = false
    private var hasEnded = false
    private let wakeUps = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    /// Batches of which every prompt has its outcome.
    nonisolated let completedBatches: AsyncStream<Int64>
    private let completed: AsyncStream<Int64>.Continuation

    init(
        ledger: Ledger, layout: SpoolLayout, time: any TimeSource, troubles: Troubles, logger: Logger
    ) {
        self.time = time
        self.ledger = ledger
        self.layout = layout
        self.troubles = troubles
        self.logger = logger
        (completedBatches, completed) = AsyncStream.makeStream()
    }

    /// Returns when the attempt is counted on disk.
    ///
    /// - Returns: False if the prompt is not to be sent: it has its outcome, or the daemon stops.
    func begin(_ attempt: PromptAttempt) async -> Bool {
        guard !hasEnded else { return false }
        return await withCheckedContinuation { continuation in
            attempts.append(Attempt(attempt: attempt, done: continuation))
            wakeUps.continuation.yield()
        }
    }

    /// Returns when the outcomes, all of one batch, are on disk.
    ///
    /// - Returns: How many prompts had no outcome before.
    @discardableResult
    func record(_ outcomes: [PromptOutcome], batchID: String) async -> Int {
        guard !hasEnded else { return 0 }
        return await withCheckedContinuation { continuation in
            self.outcomes.append(Outcome(outcomes: outcomes, batchID: batchID, done: continuation))
            wakeUps.continuation.yield()
        }
    }

    /// Writes a batch's results so far anew, as the ledger has them. Nothing is recorded meanwhile, so that no result is
    /// shown twice.
    func rebuildResultsSoFar(of batch: BatchRecord) async {
        guard !hasEnded else { return }
        await withCheckedContinuation { continuation in
            rebuilds.append(Rebuild(batch: batch, done: continuation))
            wakeUps.continuation.yield()
        }
    }

    /// Writes what is recorded, until ``finish()`` or cancellation.
    func run() async {
        for await _ in wakeUps.stream { await writePending() }
        await writePending()
        hasEnded = true
        for attempt in attempts { attempt.done.resume(returning: false) }
        for outcome in outcomes { outcome.done.resume(returning: 0) }
        for rebuild in rebuilds { rebuild.done.resume() }
        attempts = []
        outcomes = []
        rebuilds = []
        completed.finish()
    }

    /// Announces a batch whose outcomes are complete.
    func announceCompleted(_ batch: Int64) {
        completed.yield(batch)
    }

    /// Lets ``run()`` end when everything is written, and ``completedBatches`` after it.
    func finish() {
        wakeUps.continuation.finish()
    }

    /// Stops waiting for a disk that takes no writes: what is not written is done again after the next start.
    func giveUp() {
        givesUp = true
        wakeUps.continuation.yield()
    }

    private func writePending() async {
        while !attempts.isEmpty || !outcomes.isEmpty || !rebuilds.isEmpty {
            let (beginning, ended, rebuilding) = (attempts, outcomes, rebuilds)
            attempts = []
            outcomes = []
            rebuilds = []
            let recorded = await write(beginning.map(\.attempt), ended.flatMap(\.outcomes))
            follow(ended, settled: recorded.settled)
            for attempt in beginning {
                attempt.done.resume(returning: recorded.sent.contains(attempt.attempt.key))
            }
            for outcome in ended {
                outcome.done.resume(
                    returning: outcome.outcomes.count { recorded.settled.contains($0.key) })
            }
            for batch in recorded.completed { completed.yield(batch) }
            for rebuild in rebuilding {
                let batch = rebuild.batch
                await FollowFiles(layout: layout, batchID: batch.id).rebuild(
                    from: ledger, batch: batch.sequence)
                rebuild.done.resume()
            }
        }
    }

    /// Shows in `active/` what was written.
    private func follow(_ ended: [Outcome], settled: Set<PromptKey>) {
        for (batchID, entries) in Dictionary(grouping: ended, by: \.batchID) {
            let outcomes = entries.flatMap(\.outcomes).filter { settled.contains($0.key) }
            do {
                try FollowFiles(layout: layout, batchID: batchID).append(outcomes)
            } catch {
                logger.debug("\(error)", metadata: ["batch": "\(batchID)"])
            }
        }
    }

    private func write(_ attempts: [PromptAttempt], _ outcomes: [PromptOutcome]) async -> RecordedPrompts {
        while true {
            do {
                let recorded = try await ledger.record(attempts, outcomes)
                if troubles.clear(.ledger) { logger.notice("The ledger takes writes again") }
                return recorded
            } catch {
                if troubles.set(.ledger, "\(error)") { logger.error("Work pauses: \(error)") }
                guard await waitForRetry() else { return RecordedPrompts() }
            }
        }
    }

    /// - Returns: False if there is to be no further try.
    private func waitForRetry() async -> Bool {
        let deadline = time.now + retryInterval
        while !givesUp, !Task.isCancelled, time.now < deadline {
            try? await time.sleep(for: .milliseconds(100))
        }
        return !givesUp && !Task.isCancelled
    }
}
