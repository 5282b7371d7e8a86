import Foundation
import GRDB

/// Reading the ledger page by page, for those who list it.
extension Ledger {
    /// Batches in the order of their claim, newest first: those before `sequence`, or, if that is nil, from the newest on.
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

    /// The lines of a batch from `line` on, in input order, with what came of them as far as the ledger has that.
    ///
    /// Of an outcome or record with more than `longest` bytes only the length is read.
    public func prompts(
        of batch: Int64, from line: Int, limit: Int, longest: Int
    ) async throws(SpoolError) -> [ListedPrompt] {
        try await read("list prompts in") { db in
            try ListedPrompt.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT p.line, p.custom_id, p.state, p.grp IS NULL AS is_unreadable, p.offset, p.length,
                            p.digest, p.attempts, coalesce(length(o.output), length(p.output)) AS bytes,
                            CASE WHEN coalesce(length(o.output), length(p.output)) <= :longest
                                THEN coalesce(o.output, p.output) END AS output,
                            CASE WHEN coalesce(length(o.timing), length(p.timing)) <= :longest
                                THEN coalesce(o.timing, p.timing) END AS timing
                        FROM prompt p LEFT JOIN outcome o ON o.id = p.outcome
                        WHERE p.batch = :batch AND p.line >= :line ORDER BY p.line LIMIT :limit
                        """),
                arguments: ["batch": batch, "line": line, "limit": limit, "longest": longest])
        }
    }

    /// The line of a batch that is `count` lines before another one, or its first; nil if nothing is before that.
    public func line(
        of batch: Int64, before line: Int, count: Int
    ) async throws(SpoolError) -> Int? {
        try await read("list prompts in") { db in
            try Int.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT min(line) FROM
                            (SELECT line FROM prompt WHERE batch = ? AND line < ? ORDER BY line DESC LIMIT ?)
                        """), arguments: [batch, line, count])
        }
    }

    /// Batches with an output, in the order of their end and, of those that ended together, of their ids.
    ///
    /// They begin at `date` and `id`, with the batch that is there. If `isAscending`, the one that ended first comes first.
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
