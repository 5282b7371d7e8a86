/// Orders by all that they are looked up by.
struct KnownOrders {
    private var orders: [String: BatchOrder] = [:]
    private var idsByBatch: [String: String] = [:]
    private var idsByKey: [String: String] = [:]
    private var idsByUpload: [String: Set<String>] = [:]

    /// All of them, in no order.
    var all: [BatchOrder] { Array(orders.values) }

    /// The order of this id.
    subscript(id: String) -> BatchOrder? { orders[id] }

    /// The order that a batch of the ledger came by; nil if it came otherwise.
    func ofBatch(_ batchID: String) -> BatchOrder? { idsByBatch[batchID].flatMap { orders[$0] } }

    /// The order of the request that a client calls by this key.
    func ofKey(_ key: String) -> BatchOrder? { idsByKey[key].flatMap { orders[$0] } }

    /// The orders of an upload, in no order.
    func ofUpload(_ upload: String) -> [BatchOrder] {
        (idsByUpload[upload] ?? []).compactMap { orders[$0] }
    }

    /// Adds an order, or what has become of one. Its key and its upload stay what they were.
    mutating func note(_ order: BatchOrder) {
        orders[order.id] = order
        idsByUpload[order.inputFile, default: []].insert(order.id)
        if let key = order.idempotencyKey { idsByKey[key] = order.id }
        if let batchID = order.batchID { idsByBatch[batchID] = order.id }
    }

    mutating func forget(_ id: String) {
        guard let order = orders.removeValue(forKey: id) else { return }
        idsByUpload[order.inputFile]?.remove(id)
        if idsByUpload[order.inputFile]?.isEmpty == true { idsByUpload[order.inputFile] = nil }
        if let key = order.idempotencyKey, idsByKey[key] == id { idsByKey[key] = nil }
        if let batchID = order.batchID, idsByBatch[batchID] == id { idsByBatch[batchID] = nil }
    }
}
