import PromptBatch
import Spool

/// What an earlier run claimed and did not finish, after a kill or a power cut.
struct InterruptedFiles {
    let layout: SpoolLayout
    let ledger: Ledger
    let reader: BatchReader
    let growth: GrowthWatch

    /// Puts away what is done, and has everything else read.
    ///
    /// - Parameters:
    ///   - handedOn: ids of files that are read already, when this is tried again.
    ///   - hand: has a file read.
    func goOn(
        exceptOf handedOn: Set<String>, hand: @Sendable (ClaimedFile) async -> Void
    ) async throws {
        let files = try ClaimedFile.existing(in: layout)
        for file in files where !handedOn.contains(file.batchID) {
            guard let batch = try await ledger.batch(id: file.batchID) else {
                await hand(file)
                continue
            }
            switch batch.state {
            case .ingesting: await hand(file)
            case .running:
                await FollowFiles(layout: layout, batchID: batch.id).rebuild(
                    from: ledger, batch: batch.sequence)
            case .publishing: break
            case .done: try await reader.publisher.putAwayAgain(batch)
            // It is refused again: the power cut that brought it back may have taken its report.
            case .failed: await hand(file)
            }
        }
        try await settleMissing(exceptOf: Set(files.map(\.batchID)), hand: hand)
    }

    /// Goes on with batches that were to continue a file, and ends those whose file was refused, or taken away by
    /// somebody, before that was recorded.
    private func settleMissing(
        exceptOf present: Set<String>, hand: @Sendable (ClaimedFile) async -> Void
    ) async throws {
        for batch in try await ledger.openBatches()
        where batch.state == .ingesting && !present.contains(batch.id) {
            if let file = try await growth.take(fileOf: batch) {
                await hand(file)
            } else {
                try await reader.publisher.reject(batch, problems: [])
            }
        }
    }
}
