import Foundation
import GRDB
import PromptBatch

extension Ledger {
    /// Adds lines to a batch that is being read.
    ///
    /// Explicit ids win: a made-up id that is taken gets a suffix, and gets one later too, while the batch is being
    /// read, if an explicit one wants its place. An explicit id that is taken otherwise makes the line a rejected
    /// one, with the entry `duplicate` gives for it. What is read gets its ids from nothing but the lines and their order.
    ///
    /// If the batch was read before, they stand in the part `growth` of its file; an incomplete line at the beginning of
    /// that, which was rejected, is replaced.
    ///
    /// - Returns: False if somebody else has read that part, or the batch is past running; nothing is added then.
    @discardableResult
    public func insert(
        _ prompts: [NewPrompt], into batch: Int64, growth: InputGrowth? = nil,
        duplicate: @escaping @Sendable (_ prompt: NewPrompt, _ firstLine: Int) -> [UInt8]
    ) async throws(SpoolError) -> Bool {
        try await write("add prompts to") { db in
            var rejected = 0
            var priority = 0
            var soonest: Date?
            if let growth, !(try Self.accept(growth, of: batch, in: db)) { return false }
            let deadlines = try BatchDeadlines(of: batch, in: db)
            for prompt in prompts {
                switch prompt.content {
                case .rejected(let errorLine):
                    try Self.reject(prompt, errorLine: errorLine, of: batch, in: db)
                    rejected += 1
                case .queued(let annotation, let wanted):
                    let deadline = deadlines.entry(for: prompt.deadline)
                    let group = deadlines.group(annotation.group, deadline)
                    if try Self.queue(
                        prompt, annotation, group: group, priority: wanted, deadline: deadline, of: batch,
                        in: db)
                    {
                        priority = max(priority, wanted)
                        if let date = deadline?.date { soonest = min(date, soonest ?? date) }
                        continue
                    }
                    let first = try Int.fetchOne(
                        db.cachedStatement(sql: "SELECT line FROM prompt WHERE batch = ? AND custom_id = ?"),
                        arguments: [batch, prompt.customID])
                    try Self.reject(prompt, errorLine: duplicate(prompt, first ?? 0), of: batch, in: db)
                    rejected += 1
                }
            }
            try db.cachedStatement(
                sql: """
                    UPDATE batch SET prompts = prompts + :prompts, failed = failed + :rejected,
                        priority = max(priority, :priority),
                        deadline = coalesce(min(deadline, :deadline), deadline, :deadline)
                    WHERE seq = :batch
                    """
            ).execute(arguments: [
                "prompts": prompts.count, "rejected": rejected, "priority": priority,
                "deadline": soonest?.timeIntervalSince1970, "batch": batch,
            ])
            return true
        }
    }

    /// - Returns: False if the batch is not where the reader of this part takes it to be.
    private static func accept(_ growth: InputGrowth, of batch: Int64, in db: Database) throws -> Bool {
        try db.cachedStatement(
            sql: """
                UPDATE batch SET read_bytes = :bytes, read_lines = :lines, seen_bytes = :seen
                WHERE seq = :batch AND state = 'running' AND read_bytes = :fromBytes AND read_lines = :fromLines
                    AND seen_bytes = :fromSeen
                """
        ).execute(arguments: [
            "batch": batch, "bytes": growth.position.bytes, "lines": growth.position.lines,
            "seen": growth.seenBytes, "fromBytes": growth.origin.bytes,
            "fromLines": growth.origin.lines, "fromSeen": growth.originSeenBytes,
        ])
        guard db.changesCount == 1 else { return false }
        try db.cachedStatement(
            sql: "DELETE FROM outcome WHERE id IN (SELECT outcome FROM prompt WHERE batch = ? AND line > ?)"
        ).execute(arguments: [batch, growth.origin.lines])
        try db.cachedStatement(sql: "DELETE FROM prompt WHERE batch = ? AND line > ?").execute(arguments: [
            batch, growth.origin.lines,
        ])
        let replaced = db.changesCount
        try db.cachedStatement(
            sql: "UPDATE batch SET prompts = prompts - ?, failed = failed - ? WHERE seq = ?"
        ).execute(arguments: [replaced, replaced, batch])
        return true
    }

    /// - Returns: False if the id is taken.
    private static func queue(
        _ prompt: NewPrompt, _ annotation: PromptAnnotation, group: String, priority: Int,
        deadline: BatchDeadlines.Entry?, of batch: Int64, in db: Database
    ) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO prompt
                    (batch, line, custom_id, has_made_up_id, offset, length, digest, state, grp, traits, tokens,
                    priority, deadline, window_seconds)
                VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (batch, custom_id) WHERE custom_id IS NOT NULL DO NOTHING
                """)
        func add(_ customID: String?) throws -> Bool {
            try statement.execute(arguments: [
                batch, prompt.line, customID, !prompt.hasExplicitID, prompt.offset, prompt.length,
                prompt.digest.map { Int64(bitPattern: $0) }, group, Data(annotation.traits),
                annotation.expectedTokens, priority, deadline?.date.timeIntervalSince1970,
                deadline?.windowSeconds,
            ])
            return db.changesCount == 1
        }
        if try add(prompt.customID) { return true }
        guard let wanted = prompt.customID else { return false }
        if prompt.hasExplicitID { return try makeWay(for: wanted, of: batch, in: db) && add(wanted) }
        for name in MadeUpID(line: prompt.line).alternatives(after: wanted) where try add(name) { break }
        return true
    }

    /// Renames the prompt that has a made-up id which an explicit one wants. Once the batch runs, ids stay: prompts may
    /// be on their way under them.
    ///
    /// - Returns: False if nobody can be renamed.
    private static func makeWay(for customID: String, of batch: Int64, in db: Database) throws -> Bool {
        let holder = try db.cachedStatement(
            sql: """
                SELECT line FROM prompt JOIN batch ON seq = batch
                WHERE batch = ? AND custom_id = ? AND has_made_up_id AND batch.state = ?
                """)
        guard
            let line = try Int.fetchOne(
                holder, arguments: [batch, customID, BatchState.ingesting.rawValue])
        else { return false }
        let rename = try db.cachedStatement(
            sql: "UPDATE OR IGNORE prompt SET custom_id = ? WHERE batch = ? AND line = ?")
        for name in MadeUpID(line: line).alternatives(after: customID) {
            try rename.execute(arguments: [name, batch, line])
            if db.changesCount == 1 { break }
        }
        return true
    }

    private static func reject(
        _ prompt: NewPrompt, errorLine: [UInt8], of batch: Int64, in db: Database
    ) throws {
        try db.cachedStatement(sql: "INSERT INTO outcome (output) VALUES (?)").execute(arguments: [
            Data(errorLine)
        ])
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
