import Foundation
import GRDB

extension Ledger {
    /// Adds lines to a batch that is being read.
    ///
    /// A made-up id that is taken gets a suffix. An explicit id that is taken makes the line a rejected one,
    /// with the entry `duplicate` gives for it.
    ///
    /// - Parameter growth: the part of a grown file they stand in, if the batch was read before; an incomplete line at
    ///   its beginning that was rejected is replaced.
    /// - Returns: False if somebody else has read that part, or the batch is past running; nothing is added then.
    @discardableResult
    public func insert(
        _ prompts: [NewPrompt], into batch: Int64, growth: InputGrowth? = nil,
        duplicate: @escaping @Sendable (_ prompt: NewPrompt, _ firstLine: Int) -> [UInt8]
    ) async throws(SpoolError) -> Bool {
        try await write("add prompts to") { db in
            var rejected = 0
            var priority = 0
            if let growth, !(try Self.accept(growth, of: batch, in: db)) { return false }
            for prompt in prompts {
                switch prompt.content {
                case .rejected(let errorLine):
                    try Self.reject(prompt, errorLine: errorLine, of: batch, in: db)
                    rejected += 1
                case .queued(let annotation, let wanted):
                    if try Self.queue(prompt, annotation, priority: wanted, of: batch, in: db) {
                        priority = max(priority, wanted)
                        continue
                    }
                    let first = try Int.fetchOne(
                        db, sql: "SELECT line FROM prompt WHERE batch = ? AND custom_id = ?",
                        arguments: [batch, prompt.customID])
                    try Self.reject(prompt, errorLine: duplicate(prompt, first ?? 0), of: batch, in: db)
                    rejected += 1
                }
            }
            try db.execute(
                sql: """
                    UPDATE batch SET prompts = prompts + ?, failed = failed + ?, priority = max(priority, ?)
                    WHERE seq = ?
                    """,
                arguments: [prompts.count, rejected, priority, batch])
            return true
        }
    }

    /// - Returns: False if the batch is not where the reader of this part takes it to be.
    private static func accept(_ growth: InputGrowth, of batch: Int64, in db: Database) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE batch SET read_bytes = :bytes, read_lines = :lines, seen_bytes = :seen
                WHERE seq = :batch AND state = 'running' AND read_bytes = :fromBytes AND read_lines = :fromLines
                    AND seen_bytes = :fromSeen
                """,
            arguments: [
                "batch": batch, "bytes": growth.position.bytes, "lines": growth.position.lines,
                "seen": growth.seenBytes, "fromBytes": growth.origin.bytes,
                "fromLines": growth.origin.lines, "fromSeen": growth.originSeenBytes,
            ])
        guard db.changesCount == 1 else { return false }
        try db.execute(
            sql: "DELETE FROM outcome WHERE id IN (SELECT outcome FROM prompt WHERE batch = ? AND line > ?)",
            arguments: [batch, growth.origin.lines])
        try db.execute(
            sql: "DELETE FROM prompt WHERE batch = ? AND line > ?", arguments: [batch, growth.origin.lines])
        let replaced = db.changesCount
        try db.execute(
            sql: "UPDATE batch SET prompts = prompts - ?, failed = failed - ? WHERE seq = ?",
            arguments: [replaced, replaced, batch])
        return true
    }

    /// - Returns: False if the id is taken.
    private static func queue(
        _ prompt: NewPrompt, _ annotation: PromptAnnotation, priority: Int, of batch: Int64, in db: Database
    ) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO prompt
                    (batch, line, custom_id, offset, length, digest, state, grp, traits, tokens, priority)
                VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)
                """)
        func add(_ customID: String?) throws -> Bool {
            try statement.execute(arguments: [
                batch, prompt.line, customID, prompt.offset, prompt.length,
                prompt.digest.map { Int64(bitPattern: $0) }, annotation.group, Data(annotation.traits),
                annotation.expectedTokens, priority,
            ])
            return db.changesCount == 1
        }
        if try add(prompt.customID) { return true }
        guard !prompt.hasExplicitID, let made = prompt.customID else { return false }
        for suffix in 2...9 where try add("\(made)-\(suffix)") { return true }
        return false
    }

    private static func reject(
        _ prompt: NewPrompt, errorLine: [UInt8], of batch: Int64, in db: Database
    ) throws {
        try db.execute(sql: "INSERT INTO outcome (output) VALUES (?)", arguments: [Data(errorLine)])
        let outcome = db.lastInsertedRowID
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO prompt (batch, line, offset, length, state, outcome) VALUES (?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            batch, prompt.line, prompt.offset, prompt.length, State.failed.rawValue, outcome,
        ])
    }
}
