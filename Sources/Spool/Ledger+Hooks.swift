import Foundation
import GRDB

extension Ledger {
    /// Left to itself, SQLite goes through all finished batches.
    static let waitingHooksQuery = """
        SELECT * FROM batch INDEXED BY batch_hook WHERE hook = 'waiting' AND state IN ('done', 'failed')
        ORDER BY hook_at LIMIT ?
        """

    /// Finished batches that somebody is to be told of, in the order in which they are due.
    public func waitingHooks(limit: Int) async throws(SpoolError) -> [WaitingHook] {
        try await read("look for hooks in") { db in
            try Row.fetchAll(
                db.cachedStatement(sql: Self.waitingHooksQuery), arguments: [limit]
            ).map { row in
                WaitingHook(
                    batch: try BatchRecord(row: row), tries: try row.value("hook_tries"),
                    dueAt: Date(timeIntervalSince1970: try row.value("hook_at")))
            }
        }
    }

    /// Notes that somebody was told of a batch, or that this was tried in vain, because of `error`. It is tried again at
    /// `date`, if at all.
    public func noteTry(
        ofHook batch: Int64, _ state: HookState, again date: Date? = nil, error: String? = nil
    ) async throws(SpoolError) {
        try await write("note a hook in") { db in
            try db.cachedStatement(
                sql: """
                    UPDATE batch SET hook = ?, hook_tries = hook_tries + 1, hook_at = ?, hook_error = ?
                    WHERE seq = ?
                    """
            ).execute(arguments: [state.rawValue, date?.timeIntervalSince1970, error, batch])
        }
    }

    /// Lets all that wait be tried now.
    public func hastenHooks(at now: Date) async throws(SpoolError) {
        try await write("hasten hooks in") { db in
            try db.cachedStatement(
                sql: "UPDATE batch SET hook_at = :now WHERE hook = 'waiting' AND hook_at > :now"
            ).execute(arguments: ["now": now.timeIntervalSince1970])
        }
    }

    /// How many wait; nil if none does.
    public func hookStatus() async throws(SpoolError) -> SpoolStatus.Hooks? {
        try await read("count hooks in") { db in
            let counts = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT count(*) AS waiting, coalesce(sum(hook_tries > 0), 0) AS failing,
                            (SELECT hook_error FROM batch WHERE hook = 'waiting' AND hook_tries > 0
                            ORDER BY hook_at DESC LIMIT 1) AS error
                        FROM batch WHERE hook = 'waiting'
                        """))
            guard let row = counts else { return nil }
            let waiting: Int = try row.value("waiting")
            guard waiting > 0 else { return nil }
            return SpoolStatus.Hooks(
                waiting: waiting, failing: try row.value("failing"), error: try row.optionalValue("error"))
        }
    }

    /// Somebody is to be told of a batch that ends, unless it had ended before.
    static func addHook(to batch: Int64, at date: Date, in db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE batch SET hook = 'waiting', hook_at = ?, hook_tries = 0, hook_error = NULL
                WHERE seq = ? AND finished_at IS NULL
                """
        ).execute(arguments: [date.timeIntervalSince1970, batch])
    }
}
