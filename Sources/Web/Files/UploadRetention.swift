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
        for upload in uploads.all where upload.createdAt < date {
            let ended = try await endedOrders(of: upload)
            guard try await book.delete(upload.id, of: uploads, unlessUsedBeside: ended) else { continue }
            logger.notice("The upload \(upload.id) is older than is kept and was removed")
        }
    }

    /// What has ended stays so; what is taken after this look is not among them.
    private func endedOrders(of upload: Upload) async throws(SpoolError) -> Set<String> {
        var ended: Set<String> = []
        for order in await book.orders(ofUpload: upload.id) {
            guard let batchID = order.batchID else { continue }
            if try await ledger.batch(id: batchID)?.state.isOpen != true { ended.insert(order.id) }
        }
        return ended
    }
}
