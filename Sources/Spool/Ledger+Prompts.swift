import Foundation
import GRDB

extension Ledger {
    /// Adds lines to a batch that is being read.
    ///
    /// A made-up id that is taken gets a suffix. An explicit id that is taken makes the line a rejected one,
    /// with the entry `duplicate` gives for it.
    public func insert(
        _ prompts: [NewPrompt], into batch: Int64,
        duplicate: @escaping @Sendable (_ prompt: NewPrompt, _ firstLine: Int) -> [UInt8]
    ) async throws(SpoolError) {
        try await write("add prompts to") { db in
            let statement = try db.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO prompt
                        (batch, line, custom_id, offset, length, state, grp, traits, tokens, priority, output)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            func add(_ prompt: NewPrompt, customID: String?, content: NewPrompt.Content) throws -> Bool {
                var arguments: StatementArguments = [
                    batch, prompt.line, customID, prompt.offset, prompt.length,
                ]
                switch content {
                case .queued(let annotation, let priority):
                    arguments += [
                        State.queued.rawValue, annotation.group, Data(annotation.traits),
                        annotation.expectedTokens, priority, nil as Data?,
                    ]
                case .rejected(let errorLine):
                    arguments += [State.failed.rawValue, nil as String?, nil as Data?, 0, 0, Data(errorLine)]
                }
                try statement.execute(arguments: arguments)
                return db.changesCount == 1
            }
            var rejected = 0
            for prompt in prompts {
                if case .rejected = prompt.content {
                    _ = try add(prompt, customID: nil, content: prompt.content)
                    rejected += 1
                    continue
                }
                var isAdded = try add(prompt, customID: prompt.customID, content: prompt.content)
                if !isAdded, !prompt.hasExplicitID, let made = prompt.customID {
                    for suffix in 2...9 where !isAdded {
                        isAdded = try add(prompt, customID: "\(made)-\(suffix)", content: prompt.content)
                    }
                }
                if !isAdded {
                    let first = try Int.fetchOne(
                        db, sql: "SELECT line FROM prompt WHERE batch = ? AND custom_id = ?",
                        arguments: [batch, prompt.customID])
                    let entry = duplicate(prompt, first ?? 0)
                    _ = try add(prompt, customID: nil, content: .rejected(errorLine: entry))
                    rejected += 1
                }
            }
            try db.execute(
                sql: "UPDATE batch SET prompts = prompts + ?, failed = failed + ? WHERE seq = ?",
                arguments: [prompts.count, rejected, batch])
        }
    }

    /// What waits, summed over groups; batches in the order of their claim.
    public func backlog(batch: Int64? = nil) async throws(SpoolError) -> [BacklogGroup] {
        try await read("read the backlog of") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT p.batch, p.grp, p.priority, count(*) AS n, sum(p.tokens) AS tokens,
                        min(p.line), p.traits, b.claimed_at
                    FROM prompt p JOIN batch b ON b.seq = p.batch
                    WHERE p.state = 0 AND b.state = 'running' AND (:batch IS NULL OR p.batch = :batch)
                    GROUP BY p.batch, p.grp, p.priority ORDER BY p.batch
                    """, arguments: ["batch": batch]
            ).map { row in
                BacklogGroup(
                    batch: row["batch"], group: row["grp"], priority: row["priority"], prompts: row["n"],
                    expectedTokens: row["tokens"], traits: [UInt8](row["traits"] as Data),
                    waitingSince: Date(timeIntervalSince1970: row["claimed_at"]))
            }
        }
    }

    /// The next waiting prompts of a group after `line`, in input order.
    public func queued(
        batch: Int64, group: String, priority: Int, after line: Int, limit: Int
    ) async throws(SpoolError) -> [QueuedPrompt] {
        try await read("read prompts from") { db in
            try QueuedPrompt.fetchAll(
                db,
                sql: """
                    SELECT * FROM prompt
                    WHERE state = 0 AND batch = ? AND grp = ? AND priority = ? AND line > ?
                    ORDER BY line LIMIT ?
                    """, arguments: [batch, group, priority, line, limit])
        }
    }

    /// Notes that a prompt is sent for the `attempts`th time.
    public func recordAttempt(_ key: PromptKey, attempts: Int) async throws(SpoolError) {
        try await write("count an attempt in") { db in
            try db.execute(
                sql: "UPDATE prompt SET attempts = ? WHERE batch = ? AND line = ? AND state = 0",
                arguments: [attempts, key.batch, key.line])
        }
    }

    /// Records outcomes in one transaction. A prompt that already has one keeps it.
    ///
    /// - Returns: The batches of which every prompt now has its outcome.
    public func record(_ outcomes: [PromptOutcome]) async throws(SpoolError) -> [Int64] {
        try await write("record outcomes in") { db in
            let statement = try db.cachedStatement(
                sql: """
                    UPDATE prompt SET state = ?, output = ?, timing = ?, answer = ?
                    WHERE batch = ? AND line = ? AND state = 0
                    """)
            var batches: Set<Int64> = []
            for outcome in outcomes {
                let state = outcome.isSuccess ? State.answered : State.failed
                try statement.execute(arguments: [
                    state.rawValue, Data(outcome.outputLine), outcome.timingLine.map { Data($0) },
                    outcome.answer, outcome.key.batch, outcome.key.line,
                ])
                guard db.changesCount == 1 else { continue }
                batches.insert(outcome.key.batch)
                try db.execute(
                    sql: outcome.isSuccess
                        ? "UPDATE batch SET answered = answered + 1 WHERE seq = ?"
                        : "UPDATE batch SET failed = failed + 1 WHERE seq = ?",
                    arguments: [outcome.key.batch])
            }
            return try batches.filter { batch in
                try Bool.fetchOne(
                    db, sql: "SELECT prompts = answered + failed FROM batch WHERE seq = ?",
                    arguments: [batch]) ?? false
            }.sorted()
        }
    }

    /// Hands every outcome of a batch to `body`, in input order, without holding them all.
    public func forEachOutcome(
        of batch: Int64, _ body: @escaping @Sendable (StoredOutcome) throws -> Void
    ) async throws(SpoolError) {
        try await read("read outcomes from") { db in
            let rows = try StoredOutcome.fetchCursor(
                db, sql: "SELECT * FROM prompt WHERE batch = ? ORDER BY line", arguments: [batch])
            while let outcome = try rows.next() { try body(outcome) }
        }
    }
}
