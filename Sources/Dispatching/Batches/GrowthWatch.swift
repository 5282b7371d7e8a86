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
        while !Task.isCancelled {
            do {
                try await lookAtRunning()
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

    private func lookAtRunning() async throws {
        for batch in try await ledger.quietBatches() {
            _ = try await reader.readOn(batch)
            // Its publisher may have given it up for a line that was not whole.
            if batch.openCount == 0 { await recorder.announceCompleted(batch.sequence) }
        }
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
