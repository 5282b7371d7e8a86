import Foundation
import GRDB
import PromptBatch

/// How long the prompts of a batch have.
struct BatchDeadlines {
    /// When a prompt's time is over, as the ledger keeps it.
    struct Entry {
        let date: Date
        /// Nil for an instant.
        let windowSeconds: Int?
    }

    private let claimedAt: Date
    private let ofFile: Deadline?

    init(of batch: Int64, in db: Database) throws {
        guard
            let record = try BatchRecord.fetchOne(
                db.cachedStatement(sql: "SELECT * FROM batch WHERE seq = ?"), arguments: [batch])
        else { throw DatabaseError(resultCode: .SQLITE_NOTFOUND, message: "batch \(batch) vanished") }
        claimedAt = record.claimedAt
        ofFile = record.fileDeadline
    }

    /// That of a prompt, by what it says itself, else by what its file says.
    func entry(for own: Deadline?) -> Entry? {
        (own ?? ofFile).map { deadline in
            Entry(
                date: deadline.instant(claimedAt: claimedAt),
                windowSeconds: deadline.window.map { Int($0.components.seconds) })
        }
    }

    /// The group of a prompt: those of which one has half as long as the other are no group, so that what is urgent can go
    /// first. There are few, however many deadlines there are.
    func group(_ name: String, _ entry: Entry?) -> String {
        guard let entry else { return name }
        let seconds = max(1, entry.date.timeIntervalSince(claimedAt))
        return name + "/within-2^\(Int(log2(seconds)))-s"
    }
}

extension Ledger {
    /// Of batches: their prompts run, and some have no outcome.
    private static let hasWork = "state = 'running' AND NOT is_cancelled AND prompts > answered + failed"

    /// When the next prompt's time is over, or before; nil if none has a deadline.
    public func nextDeadline() async throws(SpoolError) -> Date? {
        let seconds = try await read("look for deadlines in") { db in
            try Double.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT min(deadline) FROM batch
                        WHERE \(Self.hasWork)
                        """))
        }
        return seconds.map(Date.init(timeIntervalSince1970:))
    }

    /// Running batches with a deadline, those first whose is the soonest.
    public func batchesWithDeadline(limit: Int) async throws(SpoolError) -> [BatchRecord] {
        try await read("look for deadlines in") { db in
            try BatchRecord.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT * FROM batch
                        WHERE \(Self.hasWork)
                            AND deadline IS NOT NULL
                        ORDER BY deadline LIMIT ?
                        """), arguments: [limit])
        }
    }

    /// Running batches that may have prompts whose time is over.
    public func overdueBatches(at now: Date) async throws(SpoolError) -> [BatchRecord] {
        try await read("look for deadlines in") { db in
            try BatchRecord.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT * FROM batch
                        WHERE \(Self.hasWork)
                            AND deadline <= ?
                        ORDER BY seq
                        """), arguments: [now.timeIntervalSince1970])
        }
    }

    /// Waiting prompts of a batch whose time is over, those in flight included, in the order of their deadlines.
    public func overduePrompts(
        of batch: Int64, at now: Date, limit: Int
    ) async throws(SpoolError) -> [QueuedPrompt] {
        try await read("look for deadlines in") { db in
            try QueuedPrompt.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT * FROM prompt
                        WHERE batch = ? AND state = 0 AND deadline IS NOT NULL AND deadline <= ?
                        ORDER BY deadline, line LIMIT ?
                        """), arguments: [batch, now.timeIntervalSince1970, limit])
        }
    }

    /// Looks anew which deadline of a batch is the next.
    public func renewDeadline(of batch: Int64) async throws(SpoolError) {
        try await write("update a batch in") { try Self.renewDeadline(of: batch, in: $0) }
    }

    static func renewDeadline(of batch: Int64, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE batch SET deadline =
                    (SELECT min(p.deadline) FROM prompt p
                    WHERE p.batch = seq AND p.state = 0 AND p.deadline IS NOT NULL)
                WHERE seq = ?
                """
        ).execute(arguments: [batch])
    }
}
