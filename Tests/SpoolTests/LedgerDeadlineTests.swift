import Foundation
import GRDB
import PromptBatch
import Testing

@testable import Spool

@Suite("Deadlines in the ledger")
struct LedgerDeadlineTests {
    private static let claim = Date(timeIntervalSince1970: 1_795_474_501)

    private static func seconds(_ count: Int) -> Deadline { .within(.seconds(count)) }

    /// A running batch with a prompt for each deadline.
    private func batch(
        _ ledger: Ledger, _ deadlines: [Deadline?], id: String = "b", ofFile: Deadline? = nil
    ) async throws -> BatchRecord {
        let batch = try await ledger.beginBatch(
            id: id, name: id + ".jsonl", inode: 1, format: .simpleJSONL, claimedAt: Self.claim,
            deadline: ofFile)
        let prompts = deadlines.enumerated().map { index, deadline in
            NewPrompt(
                line: index + 1, offset: index * 10, length: 9, customID: "\(id)-\(index + 1)",
                hasExplicitID: true, deadline: deadline,
                content: .queued(
                    PromptAnnotation(group: "g", traits: [], expectedTokens: 10), priority: 0))
        }
        try await ledger.insert(prompts, into: batch.sequence) { _, _ in [] }
        try await ledger.endIngest(batch.sequence, position: .beginning, seenBytes: 0)
        return try #require(try await ledger.batch(sequence: batch.sequence))
    }

    private func expired(_ batch: BatchRecord, line: Int) -> PromptOutcome {
        PromptOutcome(
            key: PromptKey(batch: batch.sequence, line: line), isSuccess: false, outputLine: [1],
            timingLine: nil, answer: nil, isExpired: true)
    }

    private func after(_ seconds: Double) -> Date { Self.claim.addingTimeInterval(seconds) }

    @Test("what is overdue is found in the order of its deadlines, and the next one is known")
    func overdue() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger, [nil, Self.seconds(60), Self.seconds(30), .at(after(45))])
        _ = try await self.batch(ledger, [nil, nil], id: "other")
        #expect(batch.deadline == after(30))
        #expect(try await ledger.nextDeadline() == after(30))
        #expect(try await ledger.batchesWithDeadline(limit: 9).map(\.id) == ["b"])
        #expect(try await ledger.batchesWithDeadline(limit: 0).isEmpty)
        #expect(try await ledger.overdueBatches(at: after(29)).isEmpty)
        #expect(try await ledger.overdueBatches(at: after(30)).map(\.id) == ["b"])
        let all = try await ledger.overduePrompts(of: batch.sequence, at: after(100), limit: 9)
        #expect(all.map(\.key.line) == [3, 4, 2])
        let some = try await ledger.overduePrompts(of: batch.sequence, at: after(45), limit: 9)
        #expect(some.map(\.key.line) == [3, 4])
        // Those that are answered have no deadline any more.
        try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 3)])
        try await ledger.renewDeadline(of: batch.sequence)
        #expect(try await ledger.nextDeadline() == after(45))
        for line in [2, 4] { try await ledger.record([SampleOutcomes.answer(batch.sequence, line: line)]) }
        try await ledger.renewDeadline(of: batch.sequence)
        #expect(try await ledger.nextDeadline() == nil)
    }

    @Test("a cancelled batch and one that is being read have no next deadline")
    func others() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let cancelled = try await batch(ledger, [Self.seconds(5)], id: "cancelled")
        _ = try await ledger.markCancelled(cancelled.sequence)
        let read = try await ledger.beginBatch(
            id: "read", name: "read.jsonl", inode: 1, format: .simpleJSONL, claimedAt: Self.claim,
            deadline: Self.seconds(1))
        try await ledger.insert(
            [
                NewPrompt(
                    line: 1, offset: 0, length: 1, customID: "a", hasExplicitID: true,
                    content: .queued(PromptAnnotation(group: "g", traits: [], expectedTokens: 1), priority: 0)
                )
            ], into: read.sequence
        ) { _, _ in [] }
        #expect(try await ledger.nextDeadline() == nil)
        #expect(try await ledger.overdueBatches(at: after(1000)).isEmpty)
    }

    @Test("what ends in the moment in which it is to be sent is not sent")
    func endsAsItBegins() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger, [Self.seconds(5)])
        let outcome = expired(batch, line: 1)
        let recorded = try await ledger.record([PromptAttempt(key: outcome.key, attempts: 1)], [outcome])
        #expect(recorded.sent.isEmpty && recorded.settled == [outcome.key])
    }

    @Test("an expired prompt counts as failed, and as expired until it waits again")
    func counted() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger, [Self.seconds(5), .at(after(5)), nil])
        try await ledger.record([expired(batch, line: 1), expired(batch, line: 2)])
        // The first outcome holds, whichever it is.
        try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 1)])
        var now = try #require(try await ledger.batch(sequence: batch.sequence))
        #expect(now.answeredCount == 0 && now.failedCount == 2 && now.expiredCount == 2)
        let failed = try await ledger.failedPrompts(of: batch.sequence, limit: 9)
        #expect(failed.map { $0.hasTimeAgain(at: after(60)) } == [true, false])
        #expect(failed.map { $0.hasTimeAgain(at: after(4)) } == [true, true])
        let again = try await ledger.requeue([failed[0].key], of: batch.sequence, now: after(60))
        #expect(again == 1)
        now = try #require(try await ledger.batch(sequence: batch.sequence))
        #expect(now.failedCount == 1 && now.expiredCount == 1)
        // A window begins anew with the retry.
        #expect(now.deadline == after(65))
        let waiting = try await ledger.waitingPrompts(of: batch.sequence, limit: 9)
        #expect(waiting.map(\.deadline) == [after(65), nil])
    }

    /// As many groups as there are powers of two, however many deadlines.
    @Test("deadlines that differ by less than half share a group")
    func groups() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let alike: [Deadline?] = (1...1000).map { Self.seconds(3600 + $0) }
        let others: [Deadline?] = [nil, Self.seconds(60), .at(.distantPast)]
        let batch = try await batch(ledger, alike + others)
        let groups = try await ledger.backlog(batch: batch.sequence)
        #expect(
            groups.map { "\($0.group) \($0.prompts)" }.sorted() == [
                "g 1", "g/within-2^0-s 1", "g/within-2^11-s 495", "g/within-2^12-s 505", "g/within-2^5-s 1",
            ])
        #expect(groups.first { $0.group == "g" }?.deadline == nil)
        #expect(groups.first { $0.group == "g/within-2^11-s" }?.deadline == after(3601))
    }

    @Test("an urgent batch is read before older ones, but not for ever")
    func order() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        for (id, deadline) in [
            ("none", nil), ("later", Self.seconds(2 * 86_400)), ("soon", Self.seconds(60)),
        ] as [(String, Deadline?)] {
            _ = try await batch(ledger, [nil], id: id, ofFile: deadline)
        }
        let batches = try await ledger.waitingBatches(excluding: [], limit: 9)
        #expect(batches.map(\.id) == ["soon", "none", "later"])
    }

    @Test("looking for what is overdue does not read the batch")
    func plan() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let plan = try await ledger.read("explain a query of") { db in
            try String.fetchAll(
                db,
                sql: """
                    EXPLAIN QUERY PLAN SELECT * FROM prompt
                    WHERE batch = 1 AND state = 0 AND deadline IS NOT NULL AND deadline <= 5
                    ORDER BY deadline, line LIMIT 9
                    """, adapter: RangeRowAdapter(3..<4))
        }
        #expect(plan.contains { $0.contains("prompt_deadline") }, "\(plan)")
    }
}
