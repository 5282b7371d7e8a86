import Foundation

/// A batch that a client has created: what the ledger does not know of it, kept in `api/batches/ID.json`.
struct BatchOrder: Codable, Hashable, Sendable {
    private static let prefix = "batch_"

    let id: String
    /// The upload, by its id.
    let inputFile: String
    let endpoint: String
    let completionWindow: String
    let metadata: [String: String]?
    /// What the client calls the request, so that it can be repeated without creating another batch.
    let idempotencyKey: String?
    let createdAt: Date
    /// When its prompts expire, if it is claimed at once; nil where its file could not be given a deadline.
    let expiresAt: Date?
    /// The name that its file is dropped under.
    let name: String
    /// The file's inode number, by which its batch is found in the ledger.
    let inode: UInt64
    /// The last batch of the ledger before it.
    let after: Int64
    /// When it was asked to be cancelled.
    var cancellingAt: Date?
    /// The ledger's id of its batch; nil until there is one.
    var batchID: String?
    /// When its file was found to be gone, without a batch.
    var lostAt: Date?

    enum CodingKeys: String, CodingKey {
        case id, endpoint, metadata, name, inode, after
        case inputFile = "input_file_id"
        case completionWindow = "completion_window"
        case idempotencyKey = "idempotency_key"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case cancellingAt = "cancelling_at"
        case batchID = "batch_id"
        case lostAt = "lost_at"
    }

    /// A new order's id.
    static func makeID() -> String { prefix + RecordFile.randomDigits() }

    /// Whether a text is what ``makeID()`` makes.
    static func isID(_ text: String) -> Bool {
        text.hasPrefix(prefix) && RecordFile.isRandomDigits(text.dropFirst(prefix.count))
    }

    /// The id of a batch that was not created by the API.
    static func id(ofBatch batchID: String) -> String { prefix + batchID }

    /// The ledger's id in an id that is not an order's; nil where there is none.
    static func batchID(in id: String) -> String? {
        let rest = id.dropFirst(prefix.count)
        return id.hasPrefix(prefix) && LedgerID.isOne(rest) ? String(rest) : nil
    }

    /// Whether its batch is not known yet and may still come.
    var isOpen: Bool { batchID == nil && lostAt == nil }

    /// Whether the same was asked for.
    func isSame(as wish: BatchWish) -> Bool {
        inputFile == wish.inputFile.text && endpoint == wish.endpoint
            && completionWindow == wish.completionWindow && metadata == wish.metadata
    }
}
