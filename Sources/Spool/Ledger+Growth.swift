import Foundation
import GRDB

/// A part that was read of a file that had grown since its batch was read.
public struct InputGrowth: Sendable {
    /// Where the part begins.
    let origin: ReadPosition
    /// Bytes that were accounted for before.
    let originSeenBytes: Int
    /// Where reading goes on after it.
    let position: ReadPosition
    /// Bytes that are accounted for with it.
    let seenBytes: Int
}

/// Files that are written after their claim.
extension Ledger {
    /// How long a finished batch's file is looked at again, seconds.
    private static let watchedSeconds = 86400.0
    public static let mostWatched = 4096

    /// Running batches of whose file the kernel did not say that nobody writes it.
    public func batchesPerhapsWritten() async throws(SpoolError) -> [BatchRecord] {
        try await read("list batches in") { db in
            try BatchRecord.fetchAll(
                db.cachedStatement(
                    sql: "SELECT * FROM batch WHERE state = 'running' AND closure < ? ORDER BY seq LIMIT ?"),
                arguments: [Closure.known.rawValue, Self.mostWatched])
        }
    }

    /// Batches that finished lately, of whose file the kernel did not say that nobody writes it; the last first, and those
    /// after `last`, if some were listed before.
    public func lateBatches(
        now: Date, after last: BatchRecord? = nil, limit: Int = Ledger.mostWatched
    ) async throws(SpoolError) -> [BatchRecord] {
        try await read("list batches in") { db in
            try BatchRecord.fetchAll(
                db.cachedStatement(sql: Self.lateBatchesQuery),
                arguments: [
                    "earliest": now.timeIntervalSince1970 - Self.watchedSeconds,
                    "known": Closure.known.rawValue, "last": last?.sequence, "limit": limit,
                ])
        }
    }

    /// Left to itself, SQLite goes through and sorts all finished batches.
    static let lateBatchesQuery = """
        SELECT * FROM batch INDEXED BY batch_finished
        WHERE finished_at > :earliest AND state IN ('done', 'failed') AND closure < :known
            AND NOT is_continued AND put_away IS NOT NULL AND seen_bytes IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM batch later WHERE later.seq > batch.seq
                AND later.inode = batch.inode AND later.put_away = batch.put_away)
            AND (:last IS NULL OR (finished_at, seq)
                < ((SELECT finished_at FROM batch WHERE seq = :last), :last))
        ORDER BY finished_at DESC, seq DESC LIMIT :limit
        """

    /// Batches that are to go on with the file of another, and have not been read.
    func continuations() async throws(SpoolError) -> [BatchRecord] {
        try await read("list batches in") { db in
            try BatchRecord.fetchAll(
                db.cachedStatement(
                    sql:
                        "SELECT * FROM batch WHERE state = 'ingesting' AND continues IS NOT NULL ORDER BY seq"
                ))
        }
    }

    /// Notes that nothing is to be read in the first `bytes` of a finished batch's file.
    func noteSeen(_ bytes: Int, of batch: BatchRecord) async throws(SpoolError) {
        try await write("update a batch in") { db in
            try db.cachedStatement(sql: "UPDATE batch SET seen_bytes = ? WHERE seq = ?").execute(arguments: [
                bytes, batch.sequence,
            ])
        }
    }

    /// Lets a new batch go on where a finished one ended, or read a refused one's file again; once.
    ///
    /// - Returns: The new batch, in state `ingesting`; nil if the other was continued already.
    func continueBatch(
        _ batch: BatchRecord, as id: String, from start: ReadPosition, now: Date
    ) async throws(SpoolError) -> BatchRecord? {
        try await write("continue a batch in") { db in
            try db.cachedStatement(
                sql: """
                    UPDATE batch SET is_continued = 1
                    WHERE seq = ? AND state IN ('done', 'failed') AND NOT is_continued
                    """
            ).execute(arguments: [batch.sequence])
            guard db.changesCount == 1 else { return nil }
            try db.cachedStatement(
                sql: """
                    INSERT INTO batch (id, name, inode, state, format, claimed_at, closure, first_bytes,
                        first_lines, continues)
                    VALUES (?, ?, ?, 'ingesting', ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                id, batch.name, Int64(bitPattern: batch.inode), batch.format?.rawValue,
                now.timeIntervalSince1970, Closure.quiet.rawValue, start.bytes, start.lines,
                batch.sequence,
            ])
            return try BatchRecord.fetchOne(
                db.cachedStatement(sql: "SELECT * FROM batch WHERE id = ?"), arguments: [id])
        }
    }

    /// Lets the prompt of a document that was written on run again as it is now, while the batch runs and has its
    /// outcome.
    ///
    /// - Returns: False if it is past that.
    func replaceDocument(
        _ document: BatchIngest.Document, of batch: Int64
    ) async throws(SpoolError) -> Bool {
        let (prompt, annotation) = (document.prompt, document.annotation)
        return try await write("replace a prompt in") { db in
            let ended = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT p.state, p.is_expired FROM prompt p JOIN batch b ON b.seq = p.batch
                        WHERE p.batch = ? AND p.line = 1 AND p.state <> 0 AND b.state = 'running'
                        """), arguments: [batch])
            guard let ended else { return false }
            let state: Int = try ended.value("state")
            let expired: Int = try ended.value("is_expired")
            let deadlines = try BatchDeadlines(of: batch, in: db)
            let deadline = deadlines.entry(for: prompt.deadline)
            try db.cachedStatement(
                sql:
                    "DELETE FROM outcome WHERE id = (SELECT outcome FROM prompt WHERE batch = ? AND line = 1)"
            ).execute(arguments: [batch])
            try db.cachedStatement(
                sql: """
                    UPDATE prompt SET state = 0, attempts = 0, outcome = NULL, length = ?, digest = ?, grp = ?,
                        traits = ?, tokens = ?, priority = ?, custom_id = ?, deadline = ?, window_seconds = ?,
                        is_expired = 0
                    WHERE batch = ? AND line = 1
                    """
            ).execute(arguments: [
                prompt.length, prompt.digest.map { Int64(bitPattern: $0) },
                deadlines.group(annotation.group, deadline), Data(annotation.traits),
                annotation.expectedTokens, document.priority, prompt.customID,
                deadline?.date.timeIntervalSince1970, deadline?.windowSeconds, batch,
            ])
            let column = state == State.answered.rawValue ? "answered" : "failed"
            try db.execute(
                sql: """
                    UPDATE batch SET \(column) = \(column) - 1, expired = expired - ?, seen_bytes = ?,
                        read_bytes = ?, priority = ?
                    WHERE seq = ?
                    """, arguments: [expired, prompt.length, prompt.length, document.priority, batch])
            try Self.renewDeadline(of: batch, in: db)
            return true
        }
    }
}
