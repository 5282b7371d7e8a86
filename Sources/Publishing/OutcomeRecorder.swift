import Foundation
import Logging
import Loops
import Spool

/// Writes attempts and outcomes to the ledger, many in one transaction when they come fast, and never gives an
/// outcome up.
///
/// While the disk takes no writes it keeps trying; callers wait, so that no further prompts are sent. While a batch's results
/// so far are written anew, which takes long for a large one, only its own outcomes wait.
package actor OutcomeRecorder {
    private struct Outcome {
        let outcomes: [PromptOutcome]
        let batchID: String
        let done: CheckedContinuation<Int, Never>
    }

    private struct Rebuild {
        let batch: BatchRecord
        var done: [CheckedContinuation<Void, Never>] = []
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
    /// Those that have not begun, by the batch's id.
    private var rebuilds: [String: Rebuild] = [:]
    /// Ids of batches whose results so far are being written anew.
    private var heldBatches: Set<String> = []
    private var givesUp = false
    private let waiters = Waiters()
    private var hasEnded = false
    private let wakeUps = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    /// Batches of which every prompt has its outcome.
    package nonisolated let completedBatches: AsyncStream<Int64>
    private let completed: AsyncStream<Int64>.Continuation

    package init(
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
    package func begin(_ attempt: PromptAttempt) async -> Bool {
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
    package func record(_ outcomes: [PromptOutcome], batchID: String) async -> Int {
        guard !hasEnded else { return 0 }
        return await withCheckedContinuation { continuation in
            self.outcomes.append(Outcome(outcomes: outcomes, batchID: batchID, done: continuation))
            wakeUps.continuation.yield()
        }
    }

    /// Writes a batch's results so far anew, as the ledger has them. Nothing of it is recorded meanwhile, so that no result
    /// is shown twice.
    package func rebuildResultsSoFar(of batch: BatchRecord) async {
        guard !hasEnded else { return }
        await withCheckedContinuation { continuation in
            rebuilds[batch.id, default: Rebuild(batch: batch)].done.append(continuation)
            wakeUps.continuation.yield()
        }
    }

    /// Writes what is recorded, until ``finish()`` or cancellation.
    package func run() async {
        await withTaskGroup(of: Void.self) { group in
            for await _ in wakeUps.stream {
                await writePending()
                for rebuild in takeRebuilds() { group.addTask { await self.carryOut(rebuild) } }
            }
            repeat {
                while hasPending { await writePending() }
            } while await group.next() != nil
        }
        hasEnded = true
        for attempt in attempts { attempt.done.resume(returning: false) }
        for outcome in outcomes { outcome.done.resume(returning: 0) }
        for done in rebuilds.values.flatMap(\.done) { done.resume() }
        attempts = []
        outcomes = []
        rebuilds = [:]
        completed.finish()
    }

    /// Announces a batch whose outcomes are complete.
    package func announceCompleted(_ batch: Int64) {
        completed.yield(batch)
    }

    /// Lets ``run()`` end when everything is written, and ``completedBatches`` after it.
    package func finish() {
        wakeUps.continuation.finish()
    }

    /// Stops waiting for a disk that takes no writes, and for results so far: what is not written is done again after the
    /// next start.
    package func giveUp() {
        givesUp = true
        waiters.wakeAll()
        wakeUps.continuation.yield()
    }

    private func isHeld(_ outcome: Outcome) -> Bool { heldBatches.contains(outcome.batchID) }

    /// Whether there is something to write that nothing holds up.
    private var hasPending: Bool { !attempts.isEmpty || !outcomes.allSatisfy(isHeld) }

    private func writePending() async {
        guard hasPending else { return }
        let beginning = attempts
        let ended = Self.first(of: outcomes.filter { !isHeld($0) })
        attempts = []
        outcomes.removeAll { !isHeld($0) }
        let recorded = await write(beginning.map(\.attempt), ended.flatMap(\.outcomes))
        follow(ended, settled: recorded.settled)
        for attempt in beginning {
            attempt.done.resume(returning: recorded.sent.contains(attempt.attempt.key))
        }
        for outcome in ended {
            outcome.done.resume(returning: outcome.outcomes.count { recorded.settled.contains($0.key) })
        }
        for batch in recorded.completed { completed.yield(batch) }
    }

    /// The rebuilds that can begin; the outcomes of their batches are held back from now on.
    private func takeRebuilds() -> [Rebuild] {
        let taken = rebuilds.filter { !heldBatches.contains($0.key) }
        for id in taken.keys {
            rebuilds[id] = nil
            heldBatches.insert(id)
        }
        return Array(taken.values)
    }

    private func carryOut(_ rebuild: Rebuild) async {
        let batch = rebuild.batch
        let files = FollowFiles(layout: layout, batchID: batch.id)
        _ = try? await unless({ await self.waitForGivingUp() }) { [ledger] in
            await files.rebuild(from: ledger, batch: batch.sequence)
        }
        heldBatches.remove(batch.id)
        for done in rebuild.done { done.resume() }
        wakeUps.continuation.yield()
    }

    private func waitForGivingUp() async {
        while !givesUp, !Task.isCancelled { await waiters.wait() }
    }

    /// Only the first outcome of each prompt, which is the one that the ledger keeps: a prompt may be answered and expire
    /// in the same moment.
    private static func first(of ended: [Outcome]) -> [Outcome] {
        var seen: Set<PromptKey> = []
        return ended.map { outcome in
            Outcome(
                outcomes: outcome.outcomes.filter { seen.insert($0.key).inserted },
                batchID: outcome.batchID, done: outcome.done)
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
