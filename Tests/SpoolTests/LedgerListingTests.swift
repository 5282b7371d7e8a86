import Foundation
import GRDB
import Testing

@testable import Spool

@Suite struct LedgerListingTests {
    private func batches(_ count: Int, _ spool: TestSpool, _ ledger: Ledger) async throws -> [BatchRecord] {
        var batches: [BatchRecord] = []
        for number in 0..<count {
            batches.append(try await spool.accept("\(number).jsonl", "{\"prompt\":\"a\"}\n", into: ledger))
        }
        return batches
    }

    @Test func pagesGoBackFromTheNewest() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let all = try await batches(5, spool, ledger).map(\.id)
        let first = try await ledger.batches(before: nil, limit: 2)
        #expect(first.map(\.id) == [all[4], all[3]])
        let second = try await ledger.batches(before: first.last?.sequence, limit: 9)
        #expect(second.map(\.id) == [all[2], all[1], all[0]])
        #expect(try await ledger.batches(before: second.last?.sequence, limit: 9).isEmpty)
    }

    @Test func theLastSequenceIsNotGivenAgain() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        #expect(try await ledger.lastSequence() == 0)
        let last = try #require(try await batches(2, spool, ledger).last)
        #expect(try await ledger.lastSequence() == last.sequence)
        try await ledger.endBatch(last.sequence, state: .done, at: .now)
        try await ledger.deleteBatch(last.sequence)
        #expect(try await ledger.lastSequence() == last.sequence)
        let next = try await spool.accept("n.jsonl", "{\"prompt\":\"a\"}\n", into: ledger)
        #expect(next.sequence > last.sequence)
    }

    @Test func linesOfABatchArePaged() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let text = (1...4).map { "{\"prompt\":\"\($0)\"}\n" }.joined() + "nothing\n{\"prompt\":\"6\"}\n"
        let batch = try await spool.accept("a.jsonl", text, into: ledger)
        try await ledger.record([
            outcome(of: batch, line: 2, output: "short", isSuccess: true),
            outcome(of: batch, line: 3, output: String(repeating: "x", count: 100), isSuccess: false),
        ])
        func page(from line: Int, limit: Int) async throws -> [ListedPrompt] {
            try await ledger.prompts(of: batch.sequence, from: line, limit: limit, longest: 50)
        }
        let first = try await page(from: 0, limit: 3)
        #expect(first.map(\.line) == [1, 2, 3])
        #expect(first.map(\.state) == [.waiting, .answered, .failed])
        #expect(first[0].outputBytes == nil)
        #expect(first[1].outputLine == Array("short".utf8) && first[1].timingLine == Array("{}".utf8))
        #expect(first[2].outputLine == nil && first[2].outputBytes == 100)
        let second = try await page(from: 4, limit: 9)
        #expect(second.map(\.line) == [4, 5, 6])
        #expect(second.map(\.state) == [.waiting, .unreadable, .waiting])
        #expect(second[0].length == 14)
        #expect(try await page(from: 7, limit: 9).isEmpty)
        #expect(try await ledger.line(of: batch.sequence, before: 6, count: 2) == 4)
        #expect(try await ledger.line(of: batch.sequence, before: 2, count: 2) == 1)
        #expect(try await ledger.line(of: batch.sequence, before: 1, count: 2) == nil)
    }

    private func outcome(
        of batch: BatchRecord, line: Int, output: String, isSuccess: Bool
    ) -> PromptOutcome {
        PromptOutcome(
            key: PromptKey(batch: batch.sequence, line: line), isSuccess: isSuccess,
            outputLine: Array(output.utf8), timingLine: Array("{}".utf8), answer: nil)
    }

    @Test func batchesOfAnInode() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let all = try await batches(2, spool, ledger)
        #expect(try await ledger.batches(inode: all[1].inode, after: 0).map(\.id) == [all[1].id])
        #expect(try await ledger.batches(inode: all[1].inode, after: all[1].sequence).isEmpty)
    }

    @Test(arguments: [true, false]) func publishedOnesGoByTheirEnd(isAscending: Bool) async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let all = try await batches(4, spool, ledger)
        let start = Date(timeIntervalSince1970: 1_795_000_000.123456)
        // Two end at the same time, and one is not done.
        for (batch, seconds) in zip(all, [2.0, 1, 1]) {
            try await ledger.endBatch(batch.sequence, state: .done, at: start.addingTimeInterval(seconds))
        }
        let sameTime = [all[1].id, all[2].id].sorted()
        let expected = isAscending ? sameTime + [all[0].id] : [all[0].id] + sameTime.reversed()
        let end: Date = isAscending ? .distantPast : .distantFuture
        let found = try await ledger.publishedBatches(from: end, id: "", isAscending: isAscending, limit: 9)
        #expect(found.map(\.id) == expected)
        for (index, batch) in found.enumerated() {
            let rest = try await ledger.publishedBatches(
                from: try #require(batch.finishedAt), id: batch.id, isAscending: isAscending, limit: 9)
            #expect(rest.map(\.id) == Array(expected[index...]))
        }
    }

    /// A page of a hundred thousand batches must not cost a look at each.
    @Test func pagesAreFoundByTheirIndex() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let queries = [
            Ledger.publishedBatchesQuery(isAscending: true), Ledger.publishedBatchesQuery(isAscending: false),
            Ledger.oldestFinishedBatchesQuery,
        ]
        for query in queries {
            let plan = try await ledger.read("explain a query of") { db in
                try String.fetchAll(
                    db, sql: "EXPLAIN QUERY PLAN " + query.replacing("?", with: "1"),
                    adapter: RangeRowAdapter(3..<4))
            }
            #expect(plan.first?.contains("INDEX batch_finished (finished_at") == true, "\(plan)")
        }
    }
}
