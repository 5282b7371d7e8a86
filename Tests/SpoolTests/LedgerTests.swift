import Foundation
import GRDB
import Testing

@testable import Spool

@Suite struct LedgerTests {
    private func batch(_ ledger: Ledger, id: String = "b1") async throws -> BatchRecord {
        try await ledger.beginBatch(
            id: id, name: id + ".jsonl", inode: .max, format: .simpleJSONL,
            claimedAt: Date(timeIntervalSince1970: 1_795_474_501))
    }

    private func queued(
        line: Int, id: String, explicit: Bool = true, group: String = "g", priority: Int = 0, tokens: Int = 10
    ) -> NewPrompt {
        NewPrompt(
            line: line, offset: line * 100, length: 50, customID: id, hasExplicitID: explicit,
            content: .queued(
                PromptAnnotation(
                    group: group, traits: [UInt8(truncatingIfNeeded: line)], expectedTokens: tokens),
                priority: priority))
    }

    private func insert(_ prompts: [NewPrompt], into batch: BatchRecord, of ledger: Ledger) async throws {
        try await ledger.insert(prompts, into: batch.sequence) { prompt, first in
            Array("duplicate of line \(first)".utf8)
        }
    }

    /// Every commit must be on disk when it returns: a power cut must not take outcomes back.
    @Test func commitsAreSynchronised() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let full = "2"
        #expect(try await ledger.pragma("synchronous") == full)
        #expect(try await ledger.pragma("journal_mode") == "wal")
    }

    @Test func theLedgerIsNotForTheWorld() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        _ = try await batch(ledger)
        for suffix in ["", "-wal", "-shm"] {
            #expect(try TestSpool.mode(of: spool.ledgerPath + suffix) & 0o007 == 0, "\(suffix)")
        }
    }

    @Test func aBatchsBacklogDoesNotReadOtherBatches() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let plan = try await ledger.read("explain a query of") { db in
            try String.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + Ledger.backlogQuery(ofOneBatch: true),
                arguments: ["batch": 1], adapter: RangeRowAdapter(3..<4))
        }
        #expect(plan.contains { $0.contains("INDEX prompt_queue (batch=?") }, "\(plan)")
    }

    @Test func promptsComeBackInInputOrder() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger)
        try await insert((1...5).reversed().map { queued(line: $0, id: "p\($0)") }, into: batch, of: ledger)
        let all = try await ledger.queued(
            batch: batch.sequence, group: "g", priority: 0, after: 0, limit: 100)
        #expect(all.map(\.key.line) == [1, 2, 3, 4, 5])
        #expect(all.map(\.customID) == ["p1", "p2", "p3", "p4", "p5"])
        #expect(all.map(\.offset) == [100, 200, 300, 400, 500])
        #expect(all.map(\.traits) == [[1], [2], [3], [4], [5]])
        let some = try await ledger.queued(batch: batch.sequence, group: "g", priority: 0, after: 2, limit: 2)
        #expect(some.map(\.key.line) == [3, 4])
        #expect(
            try await ledger.queued(
                batch: batch.sequence, group: "other", priority: 0, after: 0, limit: 9
            ).isEmpty)
        let stored = try await ledger.batch(id: "b1")
        #expect(stored?.promptCount == 5)
        #expect(stored?.openCount == 5)
        #expect(stored?.inode == .max)
    }

    @Test func anExplicitIDThatIsTakenIsAnError() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger)
        try await insert([queued(line: 1, id: "a"), queued(line: 2, id: "b")], into: batch, of: ledger)
        try await insert([queued(line: 3, id: "a"), queued(line: 4, id: "c")], into: batch, of: ledger)
        let stored = try await ledger.batch(id: "b1")
        #expect(stored?.promptCount == 4)
        #expect(stored?.failedCount == 1)
        let lines = Collected<String>()
        try await ledger.forEachOutcome(of: batch.sequence, isWhole: false) {
            if $0.isUnreadable {
                lines.append("\($0.line): " + String(decoding: $0.outputLine, as: UTF8.self))
            }
        }
        #expect(lines.values == ["3: duplicate of line 1"])
    }

    @Test func aMadeUpIDThatIsTakenGetsASuffix() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger)
        try await insert(
            [
                queued(line: 1, id: "line-3"), queued(line: 2, id: "line-3-2"),
                queued(line: 3, id: "line-3", explicit: false),
            ], into: batch, of: ledger)
        let all = try await ledger.queued(batch: batch.sequence, group: "g", priority: 0, after: 0, limit: 9)
        #expect(all.map(\.customID) == ["line-3", "line-3-2", "line-3-3"])
        #expect(try await ledger.batch(id: "b1")?.failedCount == 0)
    }

    @Test func anExplicitIDTakesAMadeUpOne() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger)
        try await insert(
            [
                queued(line: 3, id: "line-3", explicit: false), queued(line: 5, id: "line-3-2"),
                queued(line: 6, id: "line-6"), queued(line: 7, id: "line-7", explicit: false),
            ], into: batch, of: ledger)
        try await insert(
            [
                queued(line: 8, id: "line-3"), queued(line: 9, id: "line-6"),
                queued(line: 10, id: "line-3-3"), queued(line: 11, id: "line-3"),
            ], into: batch, of: ledger)
        let all = try await ledger.queued(batch: batch.sequence, group: "g", priority: 0, after: 0, limit: 9)
        #expect(
            all.map { "\($0.key.line) \($0.customID)" } == [
                "3 line-3-4", "5 line-3-2", "6 line-6", "7 line-7", "8 line-3", "10 line-3-3",
            ])
        let rejected = Collected<String>()
        try await ledger.forEachOutcome(of: batch.sequence, isWhole: false) {
            if $0.isUnreadable {
                rejected.append("\($0.line): " + String(decoding: $0.outputLine, as: UTF8.self))
            }
        }
        #expect(rejected.values == ["9: duplicate of line 6", "11: duplicate of line 8"])
    }

    /// What runs keeps its name: it may have been sent, or be on its way.
    @Test func aMadeUpIDOfARunningBatchStays() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger)
        try await insert([queued(line: 1, id: "line-1", explicit: false)], into: batch, of: ledger)
        try await ledger.endIngest(batch.sequence, position: .beginning, seenBytes: 0)
        try await insert(
            [queued(line: 2, id: "line-1"), queued(line: 3, id: "line-3", explicit: false)], into: batch,
            of: ledger)
        let all = try await ledger.queued(batch: batch.sequence, group: "g", priority: 0, after: 0, limit: 9)
        #expect(all.map(\.customID) == ["line-1", "line-3"])
        #expect(try await ledger.batch(id: "b1")?.failedCount == 1)
    }

    @Test func aMadeUpIDIsFoundHoweverManyAreTaken() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger)
        let taken = ["line-40"] + (2...30).map { "line-40-\($0)" }
        try await insert(
            taken.enumerated().map { queued(line: $0.offset + 1, id: $0.element) }, into: batch, of: ledger)
        try await insert([queued(line: 40, id: "line-40", explicit: false)], into: batch, of: ledger)
        let last = try await ledger.queued(
            batch: batch.sequence, group: "g", priority: 0, after: 39, limit: 9)
        #expect(last.map(\.customID) == ["line-40-31"])
    }

    @Test func idsAreTheirBatchsOwn() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        for id in ["b1", "b2"] {
            let batch = try await batch(ledger, id: id)
            try await insert([queued(line: 1, id: "same")], into: batch, of: ledger)
            #expect(try await ledger.batch(id: id)?.failedCount == 0)
        }
    }

    @Test func aPromptKeepsItsFirstOutcome() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger)
        try await insert([queued(line: 1, id: "a"), queued(line: 2, id: "b")], into: batch, of: ledger)
        try await ledger.endIngest(batch.sequence, position: .beginning, seenBytes: 0)
        let first = SampleOutcomes.answer(batch.sequence, line: 1)
        #expect(try await ledger.record([first]) == [])
        #expect(try await ledger.record([SampleOutcomes.failure(batch.sequence, line: 1), first]) == [])
        let stored = try #require(try await ledger.batch(id: "b1"))
        #expect(stored.answeredCount == 1)
        #expect(stored.failedCount == 0)
        #expect(stored.openCount == 1)
        #expect(
            try await ledger.record([SampleOutcomes.failure(batch.sequence, line: 2)]) == [batch.sequence])
        let outcomes = Collected<Bool>()
        try await ledger.forEachOutcome(of: batch.sequence, isWhole: false) { outcomes.append($0.isSuccess) }
        #expect(outcomes.values == [true, false])
        #expect(try await ledger.record([SampleOutcomes.answer(99, line: 1)]) == [])
    }

    @Test func theBacklogSumsWhatWaits() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger)
        try await insert(
            [
                queued(line: 1, id: "a", group: "x", tokens: 5),
                queued(line: 2, id: "b", group: "x", tokens: 7),
                queued(line: 3, id: "c", group: "y"), queued(line: 4, id: "d", group: "x", priority: 2),
            ], into: batch, of: ledger)
        #expect(try await ledger.backlog().isEmpty, "a batch that is still being read does not wait")
        try await ledger.endIngest(batch.sequence, position: .beginning, seenBytes: 0)
        _ = try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 3)])
        let groups = try await ledger.backlog().sorted { $0.priority < $1.priority }
        #expect(groups.map(\.group) == ["x", "x"])
        #expect(groups.map(\.prompts) == [2, 1])
        #expect(groups.map(\.expectedTokens) == [12, 10])
        #expect(groups.map(\.traits) == [[1], [4]])
        #expect(groups.first?.waitingSince == batch.claimedAt)
        #expect(try await ledger.backlog(batch: batch.sequence + 1).isEmpty)
    }

    @Test func attemptsAreCountedWhileAPromptWaits() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger)
        try await insert([queued(line: 1, id: "a")], into: batch, of: ledger)
        let attempt = PromptAttempt(key: PromptKey(batch: batch.sequence, line: 1), attempts: 2)
        _ = try await ledger.record([attempt], [])
        let prompts = try await ledger.queued(
            batch: batch.sequence, group: "g", priority: 0, after: 0, limit: 1)
        #expect(prompts.map(\.attempts) == [2])
    }

    @Test func batchesGoThroughTheirStates() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let first = try await batch(ledger, id: "b1")
        let second = try await batch(ledger, id: "b2")
        #expect(try await ledger.openBatches().map(\.id) == ["b1", "b2"])
        #expect(try await ledger.openBatches(limit: 1).map(\.id) == ["b1"])
        let start = Date(timeIntervalSince1970: 1_795_474_600)
        try await ledger.markStarted(first.sequence, at: start)
        try await ledger.markStarted(first.sequence, at: start.addingTimeInterval(60))
        #expect(try await ledger.batch(id: "b1")?.startedAt == start)
        try await ledger.recordOutputName("out", of: first.sequence)
        #expect(try await ledger.batch(id: "b1")?.outputName == "out")
        try await ledger.endBatch(first.sequence, state: .done, at: start.addingTimeInterval(1))
        try await ledger.endBatch(second.sequence, state: .failed, at: start.addingTimeInterval(2))
        #expect(try await ledger.openBatches().isEmpty)
        #expect(try await ledger.finishedBatches(limit: 9).map(\.id) == ["b2", "b1"])
        #expect(try await ledger.finishedBatches(limit: 1).map(\.state) == [.failed])
    }

    /// A name that is an output directory's is that of a file too, which may have been submitted again since.
    @Test func ofBatchesWithOneNameTheLastComesFirst() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        var batches: [BatchRecord] = []
        for output in ["nightly", "nightly-2"] {
            let batch = try await spool.accept("nightly.jsonl", #"{"prompt":"a"}"#, into: ledger)
            try await ledger.recordOutputName(output, of: batch.sequence)
            try await ledger.endBatch(batch.sequence, state: .done, at: Date())
            batches.append(batch)
        }
        batches.append(try await spool.accept("nightly.jsonl", #"{"prompt":"a"}"#, into: ledger))
        for name in ["nightly", "nightly.jsonl"] {
            #expect(try await ledger.batches(named: name).map(\.id) == batches.reversed().map(\.id))
        }
        #expect(try await ledger.batches(named: "nightly-2").map(\.id) == [batches[1].id])
        #expect(try await ledger.batches(named: batches[0].id).map(\.id) == [batches[0].id])
    }

    @Test func batchesThatFinishedLatelyAreListedPageByPage() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let now = Date()
        for number in 0..<5 {
            let batch = try await spool.accept("\(number).jsonl", #"{"prompt":"a"}"#, into: ledger)
            let date = number < 3 ? now : now.addingTimeInterval(-60)
            try await ledger.endBatch(batch.sequence, state: .done, at: date, putAwayName: batch.name)
        }
        // As where the kernel does not tell.
        try await ledger.write("test") {
            try $0.execute(sql: "UPDATE batch SET closure = ?", arguments: [Closure.quiet.rawValue])
        }
        var listed: [String] = []
        var last: BatchRecord?
        repeat {
            let page = try await ledger.lateBatches(now: now, after: last, limit: 2)
            listed += page.map(\.name)
            last = page.last
        } while last != nil
        #expect(listed == ["2.jsonl", "1.jsonl", "0.jsonl", "4.jsonl", "3.jsonl"])
        #expect(try await ledger.lateBatches(now: now.addingTimeInterval(86_400), limit: 9).isEmpty)
    }

    /// Of many thousand files of a day each would be compared with all that came later.
    @Test func lateBatchesAreFoundByTheirFiles() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let plan = try await ledger.read("explain a query of") { db in
            try String.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + Ledger.lateBatchesQuery,
                arguments: ["earliest": 0, "known": Closure.known.rawValue, "last": nil, "limit": 9],
                adapter: RangeRowAdapter(3..<4))
        }
        #expect(plan.contains { $0.contains("batch_file") && $0.contains("inode=?") }, "\(plan)")
        #expect(plan.contains { $0.contains("batch_finished") && $0.contains("finished_at>?") }, "\(plan)")
        #expect(!plan.contains { $0.contains("ORDER BY") }, "\(plan)")
    }

    /// A full disk met while outcomes are read out must be told apart from a broken ledger.
    @Test func anErrorOfTheReaderComesThroughUnchanged() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger)
        try await insert([queued(line: 1, id: "a")], into: batch, of: ledger)
        _ = try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 1)])
        let error = await #expect(throws: SpoolError.self) {
            try await ledger.forEachOutcome(of: batch.sequence, isWhole: true) { _ in
                throw SpoolError(operation: "write", path: "/out/output.jsonl", code: ENOSPC)
            }
        }
        #expect(error?.code == ENOSPC)
        #expect(error?.path == "/out/output.jsonl")
    }

    /// An empty line in a published file would be a lost prompt.
    @Test func aMissingOutcomeIsAnErrorThatNamesItsLine() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger)
        try await insert([queued(line: 1, id: "a"), queued(line: 2, id: "b")], into: batch, of: ledger)
        _ = try await ledger.record([1, 2].map { SampleOutcomes.answer(batch.sequence, line: $0) })
        try await ledger.execute("DELETE FROM outcome WHERE id = (SELECT outcome FROM prompt WHERE line = 2)")
        for isWhole in [true, false] {
            let error = await #expect(throws: SpoolError.self) {
                try await ledger.forEachOutcome(of: batch.sequence, isWhole: isWhole) { _ in }
            }
            #expect(error?.reason == "line 2 has no outcome")
        }
    }

    /// Reading a file again must not take the prompts of a batch that runs, whatever interrupted what followed its
    /// reading.
    @Test func aBatchThatWasReadIsNotReadAnew() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let first = try await batch(ledger)
        try await insert([queued(line: 1, id: "a")], into: first, of: ledger)
        #expect(try await batch(ledger).promptCount == 0, "an interrupted reading begins again")
        try await insert([queued(line: 1, id: "a")], into: first, of: ledger)
        try await ledger.endIngest(first.sequence, position: .beginning, seenBytes: 0)
        await #expect(throws: SpoolError.self) { _ = try await batch(ledger) }
        #expect(try await ledger.waitingPrompts(of: first.sequence, limit: 9).count == 1)
    }

    /// Of all who ask, one gets a complete batch; after a restart it is taken up again.
    @Test func aBatchHasOnePublisherASession() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger)
        try await insert([queued(line: 1, id: "a")], into: batch, of: ledger)
        try await ledger.endIngest(batch.sequence, position: .beginning, seenBytes: 0)
        #expect(try await ledger.beginPublishing(batch.sequence) == nil, "a prompt waits")
        _ = try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 1)])
        let given = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask { try await ledger.beginPublishing(batch.sequence) != nil }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(given == 1)
        #expect(
            try await ledger.requeue(
                [PromptKey(batch: batch.sequence, line: 1)], of: batch.sequence, now: Date()) == nil)
        let later = try spool.openLedger()
        #expect(try await later.beginPublishing(batch.sequence)?.state == .publishing)
        #expect(try await later.beginPublishing(batch.sequence) == nil)
        try await later.endBatch(batch.sequence, state: .done, at: Date())
        #expect(try await later.beginPublishing(batch.sequence) == nil)
        #expect(try await spool.openLedger().beginPublishing(batch.sequence) == nil)
    }
}
