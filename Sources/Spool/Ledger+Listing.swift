import Foundation
import GRDB

/// Reading the ledger page by page, for those who list it.
extension Ledger {
    /// Batches in the order of their claim, newest first.
    ///
    /// - Parameter sequence: only those before this one; nil: from the newest on.
    public func batches(before sequence: Int64?, limit: Int) async throws(SpoolError) -> [BatchRecord] {
        let end = sequence ?? Int64.max
        return try await read("list batches in") { db in
            try BatchRecord.fetchAll(
                db.cachedStatement(sql: "SELECT * FROM batch WHERE seq < ? ORDER BY seq DESC LIMIT ?"),
                arguments: [end, limit])
        }
    }

    /// The sequence number of the newest batch, 0 if there is none.
    public func lastSequence() async throws(SpoolError) -> Int64 {
        try await read("list batches in") { db in
            // The number of a batch that was forgotten is not given again.
            try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'batch'") ?? 0
        }
    }

    /// Batches after `sequence` whose dropped file had this inode number, in the order of their claim.
    public func batches(inode: UInt64, after sequence: Int64) async throws(SpoolError) -> [BatchRecord] {
        try await read("look up a batch in") { db in
            try BatchRecord.fetchAll(
                db.cachedStatement(sql: "SELECT * FROM batch WHERE seq > ? AND inode = ? ORDER BY seq"),
                arguments: [sequence, Int64(bitPattern: inode)])
        }
    }

    /// Batches with an output, in the order of their end and, of those that ended together, of their ids.
    ///
    /// - Parameters:
    ///   - date: with `id`: where to begin; batches that are there are among them.
    ///   - isAscending: whether the one that ended first comes first.
    public func publishedBatches(
        from date: Date, id: String, isAscending: Bool, limit: Int
    ) async throws(SpoolError) -> [BatchRecord] {
        try await read("list batches in") { db in
            try BatchRecord.fetchAll(
                db.cachedStatement(sql: Self.publishedBatchesQuery(isAscending: isAscending)),
                arguments: [date.timeIntervalSince1970, id, limit])
        }
    }

    /// The plus keeps SQLite from going by the index of states, through all that are done.
    static func publishedBatchesQuery(isAscending: Bool) -> String {
        let (comparison, direction) = isAscending ? (">=", "ASC") : ("<=", "DESC")
        return """
            SELECT * FROM batch
            WHERE finished_at IS NOT NULL AND (finished_at, id) \(comparison) (?, ?) AND +state = 'done'
            ORDER BY finished_at \(direction), id \(direction) LIMIT ?
            """
    }
}
