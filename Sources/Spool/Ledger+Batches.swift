import Foundation
import GRDB
import PromptBatch

extension Ledger {
    /// Records a claimed file; one that is already recorded is read anew from its beginning.
    ///
    /// - Returns: The batch, in state `ingesting` and without prompts.
    public func beginBatch(
        id: String, name: String, inode: UInt64, format: BatchFormat?, claimedAt: Date
    ) async throws(SpoolError) -> BatchRecord {
        try await write("record the batch \(id) in") { db in
            try db.execute(
                sql: """
                    DELETE FROM prompt WHERE batch = (SELECT seq FROM batch WHERE id = :id);
                    """, arguments: ["id": id])
            try db.execute(
                sql: """
                    INSERT INTO batch (id, name, inode, state, format, claimed_at)
                    VALUES (:id, :name, :inode, 'ingesting', :format, :claimed)
                    ON CONFLICT (id) DO UPDATE SET
                        state = 'ingesting', format = :format, prompts = 0, answered = 0, failed = 0
                    """,
                arguments: [
                    "id": id, "name": name, "inode": Int64(bitPattern: inode), "format": format?.rawValue,
                    "claimed": claimedAt.timeIntervalSince1970,
                ])
            guard
                let batch = try BatchRecord.fetchOne(
                    db, sql: "SELECT * FROM batch WHERE id = ?", arguments: [id])
            else { throw DatabaseError(resultCode: .SQLITE_NOTFOUND, message: "batch \(id) vanished") }
            return batch
        }
    }

    /// The batch of this directory name.
    public func batch(id: String) async throws(SpoolError) -> BatchRecord? {
        try await read("look up the batch \(id) in") { db in
            try BatchRecord.fetchOne(db, sql: "SELECT * FROM batch WHERE id = ?", arguments: [id])
        }
    }

    /// The batch of this sequence number.
    public func batch(sequence: Int64) async throws(SpoolError) -> BatchRecord? {
        try await read("look up a batch in") { db in
            try BatchRecord.fetchOne(db, sql: "SELECT * FROM batch WHERE seq = ?", arguments: [sequence])
        }
    }

    /// Batches that are not finished, oldest first.
    public func openBatches(limit: Int = -1) async throws(SpoolError) -> [BatchRecord] {
        try await read("list batches in") { db in
            try BatchRecord.fetchAll(
                db,
                sql: "SELECT * FROM batch WHERE state NOT IN ('done', 'failed') ORDER BY seq LIMIT ?",
                arguments: [limit])
        }
    }

    /// The batches that finished last, newest first.
    public func finishedBatches(limit: Int) async throws(SpoolError) -> [BatchRecord] {
        try await read("list batches in") { db in
            try BatchRecord.fetchAll(
                db,
                sql:
                    "SELECT * FROM batch WHERE state IN ('done', 'failed') ORDER BY finished_at DESC LIMIT ?",
                arguments: [limit])
        }
    }

    /// Ends reading: the batch's prompts may run.
    public func endIngest(_ sequence: Int64) async throws(SpoolError) {
        try await write("update a batch in") { db in
            try db.execute(
                sql: "UPDATE batch SET state = 'running' WHERE seq = ?", arguments: [sequence])
        }
    }

    /// Notes that the first prompt was sent.
    public func markStarted(_ sequence: Int64, at date: Date) async throws(SpoolError) {
        try await write("update a batch in") { db in
            try db.execute(
                sql: "UPDATE batch SET started_at = ? WHERE seq = ? AND started_at IS NULL",
                arguments: [date.timeIntervalSince1970, sequence])
        }
    }

    /// Fixes the name of the output before it is written, so that a restart goes on with the same one.
    public func beginPublishing(_ sequence: Int64, outputName: String) async throws(SpoolError) {
        try await write("update a batch in") { db in
            try db.execute(
                sql: "UPDATE batch SET state = 'publishing', output_name = ? WHERE seq = ?",
                arguments: [outputName, sequence])
        }
    }

    /// Ends a batch and drops its prompts' texts, which now stand in the output.
    public func endBatch(_ sequence: Int64, state: BatchState, at date: Date) async throws(SpoolError) {
        try await write("finish a batch in") { db in
            try db.execute(
                sql: "UPDATE batch SET state = ?, finished_at = ? WHERE seq = ?",
                arguments: [state.rawValue, date.timeIntervalSince1970, sequence])
            try db.execute(
                sql: """
                    UPDATE prompt SET output = NULL, timing = NULL, answer = NULL, traits = NULL
                    WHERE batch = ?
                    """, arguments: [sequence])
        }
    }
}
