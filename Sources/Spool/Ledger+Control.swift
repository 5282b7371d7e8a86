import Foundation
import GRDB
import PromptBatch

extension Ledger {
    /// The batches that a person may mean by `name`: the one of this id, or else all that have it as the name of their
    /// output directory or of their dropped file, with or without its suffix; newest first.
    public func batches(named name: String) async throws(SpoolError) -> [BatchRecord] {
        try await read("look up the batch \(name) in") { db in
            let identified = try BatchRecord.fetchAll(
                db.cachedStatement(sql: "SELECT * FROM batch WHERE id = ?"), arguments: [name])
            if !identified.isEmpty { return identified }
            return try BatchRecord.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT * FROM batch WHERE output_name = :name OR name = :name
                            OR (name > :name || '.' AND name < :name || '/')
                        ORDER BY seq DESC
                        """), arguments: ["name": name]
            ).filter { $0.outputName == name || FileStem.isName(name, of: $0.name) }
        }
    }

    /// Prompts of a batch that wait, those in flight included, after `line` in input order; of `customIDs`, if given.
    public func waitingPrompts(
        of batch: Int64, customIDs: [String]? = nil, after line: Int = 0, limit: Int
    ) async throws(SpoolError) -> [QueuedPrompt] {
        try await prompts(of: batch, state: .queued, customIDs: customIDs, after: line, limit: limit)
    }

    /// Prompts of a batch that failed, without lines that never were prompts, after `line` in input order; of `customIDs`,
    /// if given.
    public func failedPrompts(
        of batch: Int64, customIDs: [String]? = nil, after line: Int = 0, limit: Int
    ) async throws(SpoolError) -> [QueuedPrompt] {
        try await prompts(of: batch, state: .failed, customIDs: customIDs, after: line, limit: limit)
    }

    private func prompts(
        of batch: Int64, state: State, customIDs: [String]?, after line: Int, limit: Int
    ) async throws(SpoolError) -> [QueuedPrompt] {
        try await read("read prompts from") { db in
            guard let customIDs else {
                return try QueuedPrompt.fetchAll(
                    db.cachedStatement(
                        sql: """
                            SELECT * FROM prompt
                            WHERE batch = ? AND line > ? AND state = ? AND grp IS NOT NULL ORDER BY line LIMIT ?
                            """), arguments: [batch, line, state.rawValue, limit])
            }
            let prompts = try customIDs.compactMap { id in
                try QueuedPrompt.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT * FROM prompt
                            WHERE batch = ? AND custom_id = ? AND line > ? AND state = ? AND grp IS NOT NULL
                            """), arguments: [batch, id, line, state.rawValue])
            }
            return Array(prompts.sorted { $0.key.line < $1.key.line }.prefix(limit))
        }
    }

    /// Which of `customIDs` the batch does not have.
    public func unknownIDs(_ customIDs: [String], of batch: Int64) async throws(SpoolError) -> [String] {
        try await read("look up prompts in") { db in
            try customIDs.filter { id in
                try Int.fetchOne(
                    db.cachedStatement(sql: "SELECT 1 FROM prompt WHERE batch = ? AND custom_id = ?"),
                    arguments: [batch, id])
                    == nil
            }
        }
    }

    /// Lets failed prompts of a running batch wait again. A completion window is counted anew from `now`.
    ///
    /// - Returns: How many wait again; nil if the batch does not run any more.
    public func requeue(
        _ keys: [PromptKey], of batch: Int64, now: Date
    ) async throws(SpoolError) -> Int? {
        try await write("requeue prompts in") { db in
            let isRunning = try Bool.fetchOne(
                db.cachedStatement(
                    sql: "SELECT state = 'running' AND NOT is_cancelled FROM batch WHERE seq = ?"),
                arguments: [batch])
            guard isRunning == true else { return nil }
            var count = 0
            var expired = 0
            for key in keys where key.batch == batch {
                let wasExpired = try Bool.fetchOne(
                    db.cachedStatement(
                        sql: """
                            SELECT is_expired FROM prompt
                            WHERE batch = ? AND line = ? AND state = 2 AND grp IS NOT NULL
                            """), arguments: [batch, key.line])
                guard let wasExpired else { continue }
                try db.cachedStatement(
                    sql: """
                        DELETE FROM outcome WHERE id =
                            (SELECT outcome FROM prompt WHERE batch = ? AND line = ?)
                        """
                ).execute(arguments: [batch, key.line])
                try db.cachedStatement(
                    sql: """
                        UPDATE prompt SET state = 0, attempts = 0, outcome = NULL, output = NULL,
                            timing = NULL, is_expired = 0, deadline = coalesce(? + window_seconds, deadline)
                        WHERE batch = ? AND line = ?
                        """
                ).execute(arguments: [now.timeIntervalSince1970, batch, key.line])
                count += 1
                expired += wasExpired ? 1 : 0
            }
            try db.cachedStatement(
                sql: "UPDATE batch SET failed = failed - ?, expired = expired - ? WHERE seq = ?"
            ).execute(arguments: [count, expired, batch])
            try Self.renewDeadline(of: batch, in: db)
            return count
        }
    }
}
