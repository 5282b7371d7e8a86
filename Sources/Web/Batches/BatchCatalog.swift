import Spool

/// The batches of the API: those of the ledger, however they came, and those that are on their way there.
struct BatchCatalog: Sendable {
    let book: OrderBook
    let ledger: Ledger

    /// The batch of this id; nil if there is none.
    func find(_ id: String) async throws -> KnownBatch? {
        if let order = await book.order(id) {
            guard let batchID = order.batchID else { return .ordered(order) }
            if let record = try await ledger.batch(id: batchID) { return .recorded(record, order) }
            try await book.forget(id)
            return nil
        }
        guard let batchID = BatchOrder.batchID(in: id), let record = try await ledger.batch(id: batchID)
        else {
            return nil
        }
        return .recorded(record, await book.order(ofBatch: batchID))
    }

    /// Batches, newest first: those that the ledger does not have yet, then those that it has.
    ///
    /// - Parameter id: the batch after which the page begins; nil: it begins with the newest.
    func batches(after id: String?, limit: Int) async throws -> [KnownBatch] {
        let ordered = await book.withoutBatch
        var page: [KnownBatch] = []
        var sequence: Int64?
        if let id {
            guard let last = try await find(id) else {
                throw APIError.invalid("No such Batch object: \(id).", param: "after")
            }
            sequence = last.record?.sequence
            if sequence == nil { page = ordered.drop { $0.id != id }.dropFirst().map(KnownBatch.ordered) }
        } else {
            page = ordered.map(KnownBatch.ordered)
        }
        while page.count < limit {
            let wanted = limit - page.count
            let records = try await ledger.batches(before: sequence, limit: wanted)
            for record in records {
                let order = await book.order(ofBatch: record.id)
                if order == nil, Self.isOne(of: ordered, record) { continue }
                page.append(.recorded(record, order))
            }
            guard records.count == wanted, let last = records.last else { break }
            sequence = last.sequence
        }
        return Array(page.prefix(limit))
    }

    /// Whether a batch is that of an order which is listed as having none.
    private static func isOne(of ordered: [BatchOrder], _ record: BatchRecord) -> Bool {
        ordered.contains { $0.isOpen && $0.inode == record.inode && $0.after < record.sequence }
    }
}
