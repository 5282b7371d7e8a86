import Foundation
import GRDB
import PromptBatch
import Testing

@testable import Spool

@Suite("Whom the ends of batches are told")
struct LedgerHookTests {
    private static let start = Date(timeIntervalSince1970: 1_795_474_501)

    private func after(_ seconds: Double) -> Date { Self.start.addingTimeInterval(seconds) }

    /// A running batch without prompts.
    private func batch(_ ledger: Ledger, _ id: String) async throws -> BatchRecord {
        let batch = try await ledger.beginBatch(
            id: id, name: id + ".jsonl", inode: 1, format: .simpleJSONL, claimedAt: Self.start)
        try await ledger.endIngest(batch.sequence, position: .beginning, seenBytes: 0)
        return batch
    }

    @Test func aBatchIsToldOfOnceItHasEnded() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let (told, quiet) = (try await batch(ledger, "told"), try await batch(ledger, "quiet"))
        #expect(try await ledger.waitingHooks(limit: 9).isEmpty)
        #expect(try await ledger.hookStatus() == nil)
        try await ledger.endBatch(told.sequence, state: .done, at: after(1), isToBeTold: true)
        try await ledger.endBatch(quiet.sequence, state: .done, at: after(2))
        let waiting = try await ledger.waitingHooks(limit: 9)
        #expect(waiting.map(\.batch.id) == ["told"])
        #expect(waiting.map(\.tries) == [0])
        #expect(waiting.map(\.dueAt) == [after(1)])
        #expect(waiting.first?.batch.hook == .waiting)
        #expect(try await ledger.hookStatus() == SpoolStatus.Hooks(waiting: 1, failing: 0, error: nil))
        #expect(try await ledger.batch(sequence: quiet.sequence)?.hook == nil)
    }

    @Test func lookingForThemDoesNotReadAllThatHasFinished() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let plan = try await ledger.read("explain a query of") { db in
            try String.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN " + Ledger.waitingHooksQuery, arguments: [8],
                adapter: RangeRowAdapter(3..<4))
        }
        #expect(plan.count == 1 && plan[0].contains("batch_hook"), "\(plan)")
    }

    @Test func aRefusedFileIsToldOf() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await ledger.beginBatch(
            id: "b", name: "b.jsonl", inode: 1, format: nil, claimedAt: Self.start)
        try await ledger.endRefused(batch, at: after(1), putAwayName: "b.jsonl", isToBeTold: true)
        #expect(try await ledger.waitingHooks(limit: 9).map(\.batch.state) == [.failed])
    }

    /// Publishing that is repeated after the disk failed, or a crash, does not tell of it again.
    @Test func whatWasToldIsNotToldAgain() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger, "b")
        try await ledger.endBatch(batch.sequence, state: .done, at: after(1), isToBeTold: true)
        try await ledger.noteTry(ofHook: batch.sequence, .delivered)
        try await ledger.endBatch(batch.sequence, state: .done, at: after(2), isToBeTold: true)
        #expect(try await ledger.waitingHooks(limit: 9).isEmpty)
        #expect(try await ledger.batch(sequence: batch.sequence)?.hook == .delivered)
    }

    @Test func triesAreKeptOverARestart() async throws {
        let spool = try TestSpool()
        let first = try await batch(try spool.openLedger(), "a")
        let ledger = try spool.openLedger()
        let second = try await batch(ledger, "b")
        for batch in [first, second] {
            try await ledger.endBatch(batch.sequence, state: .done, at: after(1), isToBeTold: true)
        }
        try await ledger.noteTry(ofHook: first.sequence, .waiting, again: after(60), error: "no answer")
        try await ledger.noteTry(ofHook: first.sequence, .waiting, again: after(90), error: "HTTP 500")
        let later = try spool.openLedger()
        let waiting = try await later.waitingHooks(limit: 9)
        #expect(waiting.map(\.batch.id) == ["b", "a"])
        #expect(waiting.map(\.tries) == [0, 2])
        #expect(waiting.map(\.dueAt) == [after(1), after(90)])
        #expect(try await later.waitingHooks(limit: 1).count == 1)
        #expect(
            try await later.hookStatus() == SpoolStatus.Hooks(waiting: 2, failing: 1, error: "HTTP 500"))
    }

    @Test func allThatWaitAreHastened() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let (first, second) = (try await batch(ledger, "a"), try await batch(ledger, "b"))
        for batch in [first, second] {
            try await ledger.endBatch(batch.sequence, state: .done, at: after(1), isToBeTold: true)
        }
        try await ledger.noteTry(ofHook: second.sequence, .waiting, again: after(3600), error: "no answer")
        try await ledger.hastenHooks(at: after(10))
        #expect(try await ledger.waitingHooks(limit: 9).map(\.dueAt) == [after(1), after(10)])
    }

    @Test func whatIsGivenUpIsNotTriedAgain() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger, "b")
        try await ledger.endBatch(batch.sequence, state: .done, at: after(1), isToBeTold: true)
        try await ledger.noteTry(ofHook: batch.sequence, .givenUp, error: "HTTP 410")
        try await ledger.hastenHooks(at: after(10))
        #expect(try await ledger.waitingHooks(limit: 9).isEmpty)
        #expect(try await ledger.hookStatus() == nil)
        #expect(try await ledger.batch(sequence: batch.sequence)?.hook == .givenUp)
    }

    @Test func whatIsToBeToldIsNotForgotten() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await batch(ledger, "b")
        try await ledger.endBatch(batch.sequence, state: .done, at: after(1), isToBeTold: true)
        #expect(try await ledger.oldestFinishedBatches(limit: 9).isEmpty)
        try await ledger.noteTry(ofHook: batch.sequence, .delivered)
        #expect(try await ledger.oldestFinishedBatches(limit: 9).map(\.id) == ["b"])
    }

    /// The publisher tells of it when output and ledger are on disk.
    @Test func thePublisherCallsWhenTheLedgerHasTheEnd() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let states = Collected<HookState?>()
        let publisher = BatchPublisher(
            ledger: ledger, layout: spool.layout, isTold: { true },
            onEnd: {
                guard let waiting = try? await ledger.waitingHooks(limit: 9) else { return }
                for hook in waiting where hook.batch.finishedAt != nil { states.append(hook.batch.hook) }
            })
        let file = try spool.claim("b.jsonl", "no JSON\n")
        guard case .unreadable(let batch, let problems) = try await spool.ingest(file, into: ledger) else {
            throw TestFailure("it was accepted")
        }
        try await publisher.reject(batch, problems: problems)
        #expect(states.values == [.waiting])
        let accepted = try await spool.accept("c.jsonl", "{\"prompt\":\"a\"}\n", into: ledger)
        _ = try await ledger.record([SampleOutcomes.answer(accepted.sequence, line: 1)])
        let taken = try #require(try await ledger.beginPublishing(accepted.sequence))
        let (_, directory) = try await publisher.publish(taken)
        #expect(states.values == [.waiting, .waiting, .waiting])
        #expect(FileManager.default.fileExists(atPath: directory + "/summary.json"))
    }
}
