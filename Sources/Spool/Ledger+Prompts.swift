import Foundation
import GRDB

extension Ledger {
    /// What waits, of one batch or of all, summed over groups; batches in the order of their claim.
    ///
    /// That of one batch does not look at the others, however large they are.
    public func backlog(batch: Int64? = nil) async throws(SpoolError) -> [BacklogGroup] {
        try await read("read the backlog of") { db in
            try Row.fetchAll(
                db.cachedStatement(sql: Self.backlogQuery(ofOneBatch: batch != nil)),
                arguments: batch.map { ["batch": $0] } ?? [:]
            ).map { row in
                BacklogGroup(
                    batch: try row.value("batch"), group: try row.value("grp"),
                    priority: try row.value("priority"), prompts: try row.value("n"),
                    expectedTokens: try row.value("tokens"), traits: [UInt8](try row.value("traits") as Data),
                    waitingSince: Date(timeIntervalSince1970: try row.value("claimed_at")),
                    deadline: try row.optionalValue("deadline").map(Date.init(timeIntervalSince1970:)))
            }
        }
    }

    static func backlogQuery(ofOneBatch: Bool) -> String {
        """
        SELECT p.batch, p.grp, p.priority, count(*) AS n, sum(p.tokens) AS tokens,
            min(p.deadline) AS deadline, min(p.line), p.traits, b.claimed_at
        FROM prompt p JOIN batch b ON b.seq = p.batch
        WHERE p.state = 0 AND b.state = 'running' AND NOT b.is_cancelled
            \(ofOneBatch ? "AND p.batch = :batch" : "")
        GROUP BY p.batch, p.grp, p.priority ORDER BY p.batch
        """
    }

    /// The next waiting prompts of a group after `line`, in input order.
    public func queued(
        batch: Int64, group: String, priority: Int, after line: Int, limit: Int
    ) async throws(SpoolError) -> [QueuedPrompt] {
        try await read("read prompts from") { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT * FROM prompt
                    WHERE state = 0 AND batch = ? AND grp = ? AND priority = ? AND line > ?
                    ORDER BY line LIMIT ?
                    """)
            return try QueuedPrompt.fetchAll(
                statement, arguments: [batch, group, priority, line, limit])
        }
    }

    /// Records outcomes in one transaction. A prompt that already has one keeps it.
    ///
    /// - Returns: The batches of which every prompt now has its outcome.
    @discardableResult
    public func record(_ outcomes: [PromptOutcome]) async throws(SpoolError) -> [Int64] {
        try await record([], outcomes).completed
    }

    /// Records attempts that begin and outcomes in one transaction.
    ///
    /// Attempts are noted before outcomes, and neither changes a prompt that has its outcome.
    public func record(
        _ attempts: [PromptAttempt], _ outcomes: [PromptOutcome]
    ) async throws(SpoolError) -> RecordedPrompts {
        try await write("record outcomes in") { db in
            var recorded = RecordedPrompts()
            if !attempts.isEmpty {
                let send = try db.cachedStatement(
                    sql: "UPDATE prompt SET attempts = ? WHERE batch = ? AND line = ? AND state = 0")
                for attempt in attempts {
                    try send.execute(arguments: [attempt.attempts, attempt.key.batch, attempt.key.line])
                    if db.changesCount == 1 { recorded.sent.insert(attempt.key) }
                }
            }
            try Self.settle(outcomes, in: db, recorded: &recorded)
            recorded.sent.subtract(recorded.settled)
            return recorded
        }
    }

    private static func settle(
        _ outcomes: [PromptOutcome], in db: Database, recorded: inout RecordedPrompts
    ) throws {
        guard !outcomes.isEmpty else { return }
        let keep = try db.cachedStatement(
            sql: "INSERT INTO outcome (output, timing, answer) VALUES (?, ?, ?)")
        let settle = try db.cachedStatement(
            sql: """
                UPDATE prompt SET state = ?, outcome = ?, is_expired = ?
                WHERE batch = ? AND line = ? AND state = 0
                """)
        var changes: [Int64: (answered: Int, failed: Int, expired: Int)] = [:]
        for outcome in outcomes {
            try keep.execute(arguments: [
                Data(outcome.outputLine), outcome.timingLine.map { Data($0) }, outcome.answer,
            ])
            let id = db.lastInsertedRowID
            let state = outcome.isSuccess ? State.answered : State.failed
            try settle.execute(arguments: [
                state.rawValue, id, outcome.isExpired, outcome.key.batch, outcome.key.line,
            ])
            guard db.changesCount == 1 else {
                try db.cachedStatement(sql: "DELETE FROM outcome WHERE id = ?").execute(arguments: [id])
                continue
            }
            recorded.settled.insert(outcome.key)
            var change = changes[outcome.key.batch] ?? (0, 0, 0)
            change.answered += outcome.isSuccess ? 1 : 0
            change.failed += outcome.isSuccess ? 0 : 1
            change.expired += outcome.isExpired ? 1 : 0
            changes[outcome.key.batch] = change
        }
        for (batch, change) in changes.sorted(by: { $0.key < $1.key }) {
            try db.cachedStatement(
                sql: """
                    UPDATE batch SET answered = answered + ?, failed = failed + ?, expired = expired + ?
                    WHERE seq = ?
                    """
            ).execute(arguments: [change.answered, change.failed, change.expired, batch])
            let isComplete = try Bool.fetchOne(
                db.cachedStatement(sql: "SELECT prompts = answered + failed FROM batch WHERE seq = ?"),
                arguments: [batch])
            if isComplete == true { recorded.completed.append(batch) }
        }
    }

    /// Hands every outcome of a batch to `body`, in input order, without holding them all.
    ///
    /// Reads a part at a time, so that no long read keeps the write-ahead log from being emptied.
    ///
    /// - Throws: ``SpoolError`` if `isWhole`, naming the line, where one still waits; else such lines are passed over.
    public func forEachOutcome(
        of batch: Int64, isWhole: Bool, _ body: @escaping @Sendable (StoredOutcome) throws -> Void
    ) async throws(SpoolError) {
        let part = 1024
        var line: Int? = 0
        while let after = line {
            line = try await read("read outcomes of a batch from") { db in
                let statement = try db.cachedStatement(
                    sql: """
                        SELECT p.line, p.state, p.grp IS NULL AS is_unreadable,
                            coalesce(o.output, p.output) AS output, coalesce(o.timing, p.timing) AS timing,
                            coalesce(o.answer, p.answer) AS answer
                        FROM prompt p LEFT JOIN outcome o ON o.id = p.outcome
                        WHERE p.batch = ? AND p.line > ? \(isWhole ? "" : "AND p.state <> 0")
                        ORDER BY p.line LIMIT ?
                        """)
                let rows = try StoredOutcome.fetchCursor(statement, arguments: [batch, after, part])
                var count = 0
                var last = after
                while let outcome = try rows.next() {
                    try body(outcome)
                    last = outcome.line
                    count += 1
                }
                return count == part ? last : nil
            }
        }
    }
}
