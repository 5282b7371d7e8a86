import Foundation
import Logging
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
    let recorder: OutcomeRecorder
    let settings: SharedSettings
    let time: any TimeSource
    let troubles: Troubles
    let logger: Logger

    /// Looks until the task is cancelled.
    ///
    /// - Parameter hand: given every file that has a batch to be read.
    func run(hand: (ClaimedFile) async -> Void) async {
        var nextLateLook = time.now
        var continuing: [BatchRecord] = []
        var held: Set<Int64> = []
        while !Task.isCancelled {
            do {
                held = try await lookAtRunning(held: held)
                if time.now >= nextLateLook {
                    continuing += try await lookAtFinished()
                    nextLateLook = time.now + settings.current.input.rescanInterval
                }
                while let batch = continuing.first {
                    if let file = try await take(fileOf: batch) { await hand(file) }
                    continuing.removeFirst()
                }
                troubles.clear(.growth)
            } catch {
                if troubles.set(.growth, "\(error)") { logger.error("\(error)") }
            }
            try? await time.sleep(for: Self.interval)
        }
    }

    /// Takes the file that a batch goes on with.
    func take(fileOf batch: BatchRecord) async throws -> ClaimedFile? {
        try await continuation.take(fileOf: batch)
    }

    /// - Parameter held: batches of which it was told that they are held up by a line that is not whole.
    /// - Returns: Those that are now.
    private func lookAtRunning(held: Set<Int64>) async throws -> Set<Int64> {
        var stillHeld: Set<Int64> = []
        for batch in try await ledger.batchesPerhapsWritten() {
            let growth = try await reader.readOn(batch)
            guard batch.openCount == 0 else { continue }
            guard growth == .unfinishedLine else {
                // Its publisher may have given it up for a line that was not whole.
                await recorder.announceCompleted(batch.sequence)
                continue
            }
            stillHeld.insert(batch.sequence)
            guard !held.contains(batch.sequence) else { continue }
            logger.notice(
                "Batch \(batch.name) waits: its last line is not whole, and somebody may be writing it",
                metadata: ["batch": "\(batch.id)", "file": "\(batch.name)"])
        }
        return stillHeld
    }

    /// - Returns: Batches that go on with files of finished ones.
    private func lookAtFinished() async throws -> [BatchRecord] {
        var continuing: [BatchRecord] = []
        for batch in try await ledger.lateBatches(now: reader.publisher.layout.disk.now) {
            guard let next = try await continuation.begin(batch) else { continue }
            continuing.append(next)
            let consequence =
                batch.state == .failed
                ? "refused: it is read again" : "finished: the rest runs as a further batch"
            logger.warning(
                "\(batch.name) was written on after it was \(consequence)",
                metadata: ["batch": "\(next.id)", "file": "\(batch.name)"])
        }
        return continuing
    }
}
