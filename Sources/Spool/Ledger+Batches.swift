import Foundation
import GRDB
import PromptBatch

extension Ledger {
    /// Records a claimed file; one whose reading was interrupted, or that was refused, is read anew from where its batch
    /// begins. It was claimed when it was first recorded.
    ///
    /// `deadline` is what the file as a whole says of prompts that say nothing.
    ///
    /// - Returns: The batch, in state `ingesting` and without prompts.
    /// - Throws: ``SpoolError`` if the batch is past reading: its prompts and outcomes stay.
    public func beginBatch(
        id: String, name: String, inode: UInt64, format: BatchFormat?, claimedAt: Date,
        closure: Closure = .announced, deadline: Deadline? = nil
    ) async throws(SpoolError) -> BatchRecord {
        var instant: Date?
        if case .at(let date) = deadline { instant = date }
        let (fileDeadline, window) = (instant, deadline?.window)
        let batch = try await write("record the batch \(id) in") { db in
            try db.cachedStatement(
                sql: """
                    INSERT INTO batch (id, name, inode, state, format, claimed_at, closure, file_deadline,
                        file_window_seconds)
                    VALUES (:id, :name, :inode, 'ingesting', :format, :claimed, :closure, :deadline, :window)
                    ON CONFLICT (id) DO UPDATE SET
                        state = 'ingesting', format = :format, prompts = 0, answered = 0, failed = 0,
                        priority = 0, closure = max(closure, :closure), read_bytes = NULL, read_lines = NULL,
                        seen_bytes = NULL, is_swept = 0, finished_at = NULL, put_away = NULL,
                        expired = 0, deadline = NULL, file_deadline = :deadline, file_window_seconds = :window
                    WHERE state IN ('ingesting', 'failed')
                    """
            ).execute(arguments: [
                "id": id, "name": name, "inode": Int64(bitPattern: inode), "format": format?.rawValue,
                "claimed": claimedAt.timeIntervalSince1970, "closure": closure.rawValue,
                "deadline": fileDeadline?.timeIntervalSince1970,
                "window": window.map { Int($0.components.seconds) },
            ])
            let batch = try Self.batch(id: id, in: db)
            guard batch.state == .ingesting else {
                throw DatabaseError(resultCode: .SQLITE_CONSTRAINT, message: "batch \(id) was read already")
            }
            return batch
        }
        // Only now: until the batch is marked as being read, its rows are all that is known of it.
        try await deletePrompts(of: batch.sequence)
        return batch
    }

    private static func batch(id: String, in db: Database) throws -> BatchRecord {
        guard
            let batch = try BatchRecord.fetchOne(
                db.cachedStatement(sql: "SELECT * FROM batch WHERE id = ?"), arguments: [id])
        else { throw DatabaseError(resultCode: .SQLITE_NOTFOUND, message: "batch \(id) vanished") }
        return batch
    }

    /// The batch of this directory name.
    public func batch(id: String) async throws(SpoolError) -> BatchRecord? {
        try await read("look up the batch \(id) in") { db in
            try BatchRecord.fetchOne(
                db.cachedStatement(sql: "SELECT * FROM batch WHERE id = ?"), arguments: [id])
        }
    }

    /// The batch of this sequence number.
    public func batch(sequence: Int64) async throws(SpoolError) -> BatchRecord? {
        try await read("look up a batch in") { db in
            try BatchRecord.fetchOne(
                db.cachedStatement(sql: "SELECT * FROM batch WHERE seq = ?"), arguments: [sequence])
        }
    }

    /// Batches that are not finished, oldest first.
    public func openBatches(limit: Int = -1) async throws(SpoolError) -> [BatchRecord] {
        try await read("list batches in") { db in
            try BatchRecord.fetchAll(
                db.cachedStatement(
                    sql: "SELECT * FROM batch WHERE state NOT IN ('done', 'failed') ORDER BY seq LIMIT ?"),
                arguments: [limit])
        }
    }

    /// The batches that finished last, newest first.
    public func finishedBatches(limit: Int) async throws(SpoolError) -> [BatchRecord] {
        try await read("list batches in") { db in
            try BatchRecord.fetchAll(
                db.cachedStatement(
                    sql:
                        "SELECT * FROM batch WHERE state IN ('done', 'failed') ORDER BY finished_at DESC LIMIT ?"
                ), arguments: [limit])
        }
    }

    /// Ends reading: the batch's prompts may run. Of the file `seenBytes` are accounted for; if it grows, reading goes on at
    /// `position`.
    public func endIngest(
        _ sequence: Int64, position: ReadPosition, seenBytes: Int
    ) async throws(SpoolError) {
        try await write("update a batch in") { db in
            try db.cachedStatement(
                sql: """
                    UPDATE batch SET state = 'running', read_bytes = ?, read_lines = ?, seen_bytes = ?
                    WHERE seq = ? AND state = 'ingesting'
                    """
            ).execute(arguments: [position.bytes, position.lines, seenBytes, sequence])
        }
    }

    /// Notes that the first prompt was sent.
    public func markStarted(_ sequence: Int64, at date: Date) async throws(SpoolError) {
        try await write("update a batch in") { db in
            try db.cachedStatement(
                sql: "UPDATE batch SET started_at = ? WHERE seq = ? AND started_at IS NULL"
            ).execute(arguments: [date.timeIntervalSince1970, sequence])
        }
    }

    /// Fixes the name of the output before it is written, so that a restart goes on with the same one.
    public func recordOutputName(_ name: String, of sequence: Int64) async throws(SpoolError) {
        try await write("update a batch in") { db in
            try db.cachedStatement(sql: "UPDATE batch SET output_name = ? WHERE seq = ?").execute(arguments: [
                name, sequence,
            ])
        }
    }

    /// Ends a batch, whose input is called `putAwayName` in `done/`. Its outcomes, which now stand in the output, may be
    /// deleted: ``sweepOutcomes(of:)``. Somebody is to be told of it if `isToBeTold`, unless it had ended before.
    public func endBatch(
        _ sequence: Int64, state: BatchState, at date: Date, putAwayName: String? = nil,
        isToBeTold: Bool = false
    ) async throws(SpoolError) {
        try await write("finish a batch in") { db in
            if isToBeTold { try Self.addHook(to: sequence, at: date, in: db) }
            try db.cachedStatement(
                sql: "UPDATE batch SET state = ?, finished_at = ?, put_away = ? WHERE seq = ?"
            ).execute(arguments: [state.rawValue, date.timeIntervalSince1970, putAwayName, sequence])
        }
    }

    /// Ends a batch whose file was refused, and is called `putAwayName` in `failed/`. Somebody is to be told of it if
    /// `isToBeTold`.
    public func endRefused(
        _ batch: BatchRecord, at date: Date, putAwayName: String?, isToBeTold: Bool = false
    ) async throws(SpoolError) {
        try await write("finish a batch in") { db in
            if isToBeTold { try Self.addHook(to: batch.sequence, at: date, in: db) }
            try db.cachedStatement(
                sql: """
                    UPDATE batch SET state = 'failed', finished_at = ?, put_away = ?,
                        read_bytes = first_bytes, read_lines = first_lines
                    WHERE seq = ?
                    """
            ).execute(arguments: [date.timeIntervalSince1970, putAwayName, batch.sequence])
        }
    }

    /// Takes a batch to be published, if every prompt of it has its outcome; from then on none can be requeued.
    ///
    /// Of all who ask in one session, which is the life of this value, one gets it. What an earlier session was
    /// publishing when it ended is taken up again.
    ///
    /// - Returns: Nil if the batch is not complete, is finished, or has its publisher.
    public func beginPublishing(_ sequence: Int64) async throws(SpoolError) -> BatchRecord? {
        let session = session
        return try await write("update a batch in") { db in
            try db.cachedStatement(
                sql: """
                    UPDATE batch SET state = 'publishing', publisher = :session
                    WHERE seq = :batch AND prompts = answered + failed
                        AND (state = 'running' OR state = 'publishing' AND publisher IS NOT :session)
                    """
            ).execute(arguments: ["session": session, "batch": sequence])
            guard db.changesCount == 1 else { return nil }
            return try BatchRecord.fetchOne(
                db.cachedStatement(sql: "SELECT * FROM batch WHERE seq = ?"), arguments: [sequence])
        }
    }

    /// Notes in a running batch, or one that is being read, that all its prompts are to be cancelled.
    ///
    /// - Returns: False if the batch is past that.
    public func markCancelled(_ sequence: Int64) async throws(SpoolError) -> Bool {
        try await write("cancel a batch in") { db in
            try db.cachedStatement(
                sql: """
                    UPDATE batch SET is_cancelled = 1 WHERE seq = ? AND state IN ('ingesting', 'running')
                    """
            ).execute(arguments: [sequence])
            return db.changesCount == 1
        }
    }

    /// Running batches with waiting prompts, without those in `excluded`: the highest priority first, then the soonest
    /// deadline; see ``BatchRecord/dueAt``, by which those that have one do not go first for ever.
    public func waitingBatches(
        excluding excluded: Set<Int64>, limit: Int
    ) async throws(SpoolError) -> [BatchRecord] {
        try await read("list batches in") { db in
            let rows = try BatchRecord.fetchCursor(
                db.cachedStatement(
                    sql: """
                        SELECT * FROM batch
                        WHERE state = 'running' AND NOT is_cancelled AND prompts > answered + failed
                        ORDER BY priority DESC, coalesce(deadline, claimed_at + \(BatchRecord.usualSeconds)), seq
                        """))
            var batches: [BatchRecord] = []
            while batches.count < limit, let batch = try rows.next() {
                if !excluded.contains(batch.sequence) { batches.append(batch) }
            }
            return batches
        }
    }

    /// Prompts of running batches that have no outcome.
    public func waitingCount() async throws(SpoolError) -> Int {
        try await read("count prompts in") { db in
            try Int.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT coalesce(sum(prompts - answered - failed), 0) FROM batch
                        WHERE state = 'running' AND NOT is_cancelled
                        """)) ?? 0
        }
    }
}
