import Foundation
import GRDB

extension Ledger {
    /// Rows deleted in one transaction: few enough that nobody waits long for it.
    private static let rowsPerDeletion = 2000

    /// Deletes the texts of outcomes that stand in the output by now, a part at a time.
    public func sweepOutcomes(of batch: Int64) async throws(SpoolError) {
        try await deleteOutcomes(of: batch)
        try await write("sweep a batch in") { db in
            try db.cachedStatement(sql: "UPDATE batch SET is_swept = 1 WHERE seq = ?").execute(arguments: [
                batch
            ])
        }
    }

    /// Finished batches whose outcomes were not all deleted before the daemon ended.
    public func unsweptBatches() async throws(SpoolError) -> [Int64] {
        try await read("list batches in") { db in
            try Int64.fetchAll(
                db.cachedStatement(
                    sql: "SELECT seq FROM batch WHERE state IN ('done', 'failed') AND NOT is_swept"))
        }
    }

    /// Ids of batches whose output is being written, placed, or was when the daemon ended.
    func publishingBatches() async throws(SpoolError) -> [String] {
        try await read("list batches in") { db in
            try String.fetchAll(db.cachedStatement(sql: "SELECT id FROM batch WHERE state = 'publishing'"))
        }
    }

    /// Forgets a finished batch.
    public func deleteBatch(_ batch: Int64) async throws(SpoolError) {
        try await deletePrompts(of: batch, onlyIfFinished: true)
        try await write("forget a batch in") { db in
            try db.cachedStatement(sql: "DELETE FROM batch WHERE seq = ? AND state IN ('done', 'failed')")
                .execute(arguments: [batch])
        }
    }

    /// Batches that finished before `date`, the one that finished first in front, without those that somebody is still to
    /// be told of.
    public func oldestFinishedBatches(
        before date: Date = .distantFuture, limit: Int
    ) async throws(SpoolError) -> [BatchRecord] {
        try await read("list batches in") { db in
            try BatchRecord.fetchAll(
                db.cachedStatement(sql: Self.oldestFinishedBatchesQuery),
                arguments: [date.timeIntervalSince1970, limit])
        }
    }

    /// The plus keeps SQLite from going by the index of states, through all that are done.
    static let oldestFinishedBatchesQuery = """
        SELECT * FROM batch
        WHERE finished_at IS NOT NULL AND finished_at < ? AND +state IN ('done', 'failed')
            AND hook IS NOT 'waiting'
        ORDER BY finished_at LIMIT ?
        """

    /// What the rows take up, without the pages that are free for new ones, bytes.
    public func usedBytes() async throws(SpoolError) -> Int {
        try await read("measure") { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
            let size = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0
            return (pages - free) * size
        }
    }

    /// Deletes a batch's prompts with their outcomes.
    ///
    /// - Parameter onlyIfFinished: whether a batch that is being read again is left alone.
    func deletePrompts(of batch: Int64, onlyIfFinished: Bool = false) async throws(SpoolError) {
        try await deleteOutcomes(of: batch, onlyIfFinished: onlyIfFinished)
        try await forEachPart(of: batch, onlyIfFinished: onlyIfFinished) { db, range in
            try db.cachedStatement(sql: "DELETE FROM prompt WHERE batch = ? AND line BETWEEN ? AND ?")
                .execute(arguments: [batch, range.lowerBound, range.upperBound])
        }
    }

    private func deleteOutcomes(of batch: Int64, onlyIfFinished: Bool = false) async throws(SpoolError) {
        try await forEachPart(of: batch, onlyIfFinished: onlyIfFinished) { db, range in
            try db.cachedStatement(
                sql: """
                    DELETE FROM outcome WHERE id IN
                        (SELECT outcome FROM prompt WHERE batch = ? AND line BETWEEN ? AND ?)
                    """
            ).execute(arguments: [batch, range.lowerBound, range.upperBound])
        }
    }

    private func forEachPart(
        of batch: Int64, onlyIfFinished: Bool,
        _ body: @escaping @Sendable (Database, ClosedRange<Int>) throws -> Void
    ) async throws(SpoolError) {
        var after = 0
        while true {
            let start = after + 1
            let last = try await write("delete rows of") { db -> Int? in
                if onlyIfFinished {
                    let state = try String.fetchOne(
                        db.cachedStatement(sql: "SELECT state FROM batch WHERE seq = ?"), arguments: [batch])
                    guard state == nil || state == "done" || state == "failed" else { return nil }
                }
                let last = try Int.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT max(line) FROM
                                (SELECT line FROM prompt WHERE batch = ? AND line >= ? ORDER BY line LIMIT ?)
                            """), arguments: [batch, start, Self.rowsPerDeletion])
                if let last { try body(db, start...last) }
                return last
            }
            guard let last else { return }
            after = last
        }
    }
}
