import Foundation
import Logging
import Loops
import Settings
import Spool

/// Looks after claimed files of which the kernel did not say that nobody writes them any more.
///
/// What is added to the file of a running batch becomes part of it; what is added after the batch was published, a new
/// batch of the same name that goes on from there.
struct GrowthWatch: Sendable {
    private static let interval: Duration = .seconds(1)

    let ledger: Ledger
    let continuation: BatchContinuation
    let reader: BatchReader
    let settings: SharedSettings
    let time: any TimeSource
    let troubles: Troubles
    let logger: Logger
    /// Called with a complete batch, all of whose file was read.
    let onComplete: @Sendable (Int64) async -> Void

    /// What the last look found.
    private struct Seen {
        /// Batches of which it was told that they are held up by a line that is not whole.
        var held: Set<Int64> = []
        /// Complete batches.
        var complete: Set<Int64> = []
        /// Complete batches that were announced.
        var announced: Set<Int64> = []
        var hasTrouble = false
    }

    /// Looks until the task is cancelled.
    ///
    /// - Parameter hand: given every file that has a batch to be read.
    func run(hand: (ClaimedFile) async -> Void) async {
        var nextLateLook = time.now
        var seen = Seen()
        while !Task.isCancelled {
            seen.hasTrouble = false
            await note(&seen) { seen in try await lookAtRunning(&seen) }
            if time.now >= nextLateLook {
                await note(&seen) { seen in try await lookAtFinished(&seen) }
                nextLateLook = time.now + settings.current.input.rescanInterval
            }
            await note(&seen) { seen in
                for batch in try await continuation.waiting() {
                    await note(&seen) { _ in try await goOn(with: batch, hand: hand) }
                }
            }
            if !seen.hasTrouble { troubles.clear(.growth) }
            try? await time.sleep(for: Self.interval)
        }
    }

    /// Takes the file that a batch goes on with.
    func take(fileOf batch: BatchRecord) async throws -> ClaimedFile? {
        try await continuation.take(fileOf: batch)
    }

    /// Lets one batch's trouble not keep the others from being looked at.
    private func note(_ seen: inout Seen, _ body: (inout Seen) async throws -> Void) async {
        do { try await body(&seen) } catch {
            guard !Task.isCancelled else { return }
            seen.hasTrouble = true
            if troubles.set(.growth, "\(error)") { logger.error("\(error)") }
        }
    }

    private func lookAtRunning(_ seen: inout Seen) async throws {
        let batches = try await ledger.batchesPerhapsWritten()
        let present = Set(batches.map(\.sequence))
        seen.held.formIntersection(present)
        seen.complete.formIntersection(present)
        seen.announced.formIntersection(present)
        for batch in batches { await note(&seen) { seen in try await look(at: batch, &seen) } }
    }

    private func look(at batch: BatchRecord, _ seen: inout Seen) async throws {
        let growth = try await reader.readOn(batch)
        guard batch.openCount == 0 else { return }
        if growth != .none { seen.announced.remove(batch.sequence) }
        if growth == .unfinishedLine {
            guard seen.held.insert(batch.sequence).inserted else { return }
            logger.notice(
                "Batch \(batch.name) waits: its last line is not whole, and somebody may be writing it",
                metadata: ["batch": "\(batch.id)", "file": "\(batch.name)"])
            return
        }
        seen.held.remove(batch.sequence)
        // Its publisher may have given it up for a line that was not whole. Who completes a batch announces it first.
        if !seen.complete.insert(batch.sequence).inserted, seen.announced.insert(batch.sequence).inserted {
            await onComplete(batch.sequence)
        }
    }

    private func lookAtFinished(_ seen: inout Seen) async throws {
        let now = reader.publisher.layout.disk.now
        var last: BatchRecord?
        repeat {
            let batches = try await ledger.lateBatches(now: now, after: last)
            for batch in batches { await note(&seen) { _ in try await look(atFinished: batch) } }
            last = batches.last
        } while last != nil && !Task.isCancelled
    }

    private func look(atFinished batch: BatchRecord) async throws {
        guard let next = try await continuation.begin(batch) else { return }
        let consequence =
            batch.state == .failed
            ? "refused: it is read again" : "finished: the rest runs as a further batch"
        logger.warning(
            "\(batch.name) was written on after it was \(consequence)",
            metadata: ["batch": "\(next.id)", "file": "\(batch.name)"])
    }

    private func goOn(with batch: BatchRecord, hand: (ClaimedFile) async -> Void) async throws {
        if let file = try await take(fileOf: batch) { return await hand(file) }
        logger.error(
            "The file that \(batch.name) was to go on with is gone: somebody took it away",
            metadata: ["batch": "\(batch.id)", "file": "\(batch.name)"])
        try await reader.publisher.reject(batch, problems: [])
    }
}
