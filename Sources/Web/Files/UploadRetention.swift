import Foundation
import Logging
import Spool

/// Removes old uploads.
struct UploadRetention: Sendable {
    let uploads: UploadStore
    let book: OrderBook
    let ledger: Ledger
    let logger: Logger

    /// Removes what was uploaded before `date`, but for what a batch is made of that has not come to its end: it would run
    /// without, since it has its own link, but its client may still ask for its input.
    func prune(before date: Date) async throws(SpoolError) {
        let old = uploads.all.filter { $0.createdAt < date }
        guard !old.isEmpty else { return }
        let inUse = try await ofOpenBatches(among: Set(old.map(\.id)))
        for upload in old where !inUse.contains(upload.id) {
            guard try uploads.delete(upload.id) else { continue }
            logger.notice("The upload \(upload.id) is older than is kept and was removed")
        }
    }

    private func ofOpenBatches(among ids: Set<String>) async throws(SpoolError) -> Set<String> {
        var found: Set<String> = []
        for order in await book.all where ids.contains(order.inputFile) {
            guard let batchID = order.batchID else {
                if order.isOpen { found.insert(order.inputFile) }
                continue
            }
            if try await ledger.batch(id: batchID)?.state.isOpen == true { found.insert(order.inputFile) }
        }
        return found
    }
}
