import Foundation
import Testing

@testable import Spool

@Suite struct RetentionTests {
    private let day = Duration.seconds(86_400)

    /// Three published batches that ended 3, 2 and 1 days before `now`.
    private func published(_ spool: TestSpool, _ ledger: Ledger, now: Date) async throws {
        let publisher = BatchPublisher(ledger: ledger, layout: spool.layout)
        for age in [3, 2, 1] {
            let batch = try await spool.accept("b\(age).jsonl", "{\"prompt\":\"a\"}\n", into: ledger)
            _ = try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 1)])
            let stored = try #require(try await ledger.batch(sequence: batch.sequence))
            _ = try await publisher.publish(stored)
            let date = now.addingTimeInterval(Double(-age) * 86_400)
            try await ledger.endBatch(batch.sequence, state: .done, at: date)
            try FileManager.default.setAttributes(
                [.modificationDate: date],
                ofItemAtPath: spool.layout.output + "/b\(age)/summary.json")
        }
    }

    @Test func nothingGoesWithoutALimit() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        try await published(spool, ledger, now: Date())
        let retention = Retention(layout: spool.layout, ledger: ledger)
        let far = Date().addingTimeInterval(1e9)
        let none = RetentionLimit(age: nil, bytes: nil)
        #expect(try retention.pruneDone(none, now: far).isEmpty)
        #expect(try await retention.pruneOutput(none, now: far).isEmpty)
        #expect(try await retention.pruneLedger(none, now: far) == 0)
        #expect(try spool.names(in: spool.layout.output) == ["b1", "b2", "b3"])
    }

    @Test func whatIsTooOldGoes() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let now = Date()
        try await published(spool, ledger, now: now)
        let retention = Retention(layout: spool.layout, ledger: ledger)
        let limit = RetentionLimit(age: day * 1.5, bytes: nil)
        #expect(try await retention.pruneOutput(limit, now: now) == ["b3", "b2"])
        #expect(try spool.names(in: spool.layout.output) == ["b1"])
        #expect(try await retention.pruneLedger(limit, now: now) == 2)
        #expect(try await ledger.finishedBatches(limit: 9).map(\.name) == ["b1.jsonl"])
        #expect(try retention.pruneDone(limit, now: now).isEmpty, "they were put away just now")
        #expect(try retention.pruneDone(limit, now: now.addingTimeInterval(200_000)).count == 3)
    }

    @Test func theOldestGoWhileThereIsTooMuch() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let now = Date()
        try await published(spool, ledger, now: now)
        let retention = Retention(layout: spool.layout, ledger: ledger)
        #expect(try retention.pruneDone(RetentionLimit(age: nil, bytes: 32), now: now).count == 1)
        let one = try FileManager.default.contentsOfDirectory(atPath: spool.layout.output + "/b1").reduce(0) {
            $0 + (FileManager.default.contents(atPath: spool.layout.output + "/b1/" + $1)?.count ?? 0)
        }
        #expect(
            try await retention.pruneOutput(RetentionLimit(age: nil, bytes: one + 1), now: now) == [
                "b3", "b2",
            ])
        #expect(try await retention.pruneLedger(RetentionLimit(age: nil, bytes: 1), now: now) == 3)
    }

    /// A daemon that ended between placing an output and ending its batch, on a machine that was then off for long.
    @Test func anOutputIsKeptUntilItsBatchIsDone() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await spool.accept("a.jsonl", "{\"prompt\":\"a\"}\n", into: ledger)
        try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 1)])
        let taken = try #require(try await ledger.beginPublishing(batch.sequence))
        let publisher = BatchPublisher(ledger: ledger, layout: spool.layout)
        try #require(rmdir(spool.layout.done) == 0)
        await #expect(throws: SpoolError.self) { try await publisher.publish(taken) }
        try #require(try spool.names(in: spool.layout.output) == ["a"], "it was placed")
        let retention = Retention(layout: spool.layout, ledger: ledger)
        let far = Date().addingTimeInterval(1e9)
        let limit = RetentionLimit(age: .seconds(1), bytes: nil)
        #expect(try await retention.pruneOutput(limit, now: far).isEmpty)
        try #require(mkdir(spool.layout.done, 0o750) == 0)
        _ = try await publisher.publish(taken)
        #expect(try await retention.pruneOutput(limit, now: far) == ["a"])
    }

    /// What the daemon did not write is not its to remove.
    @Test func otherEntriesStay() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        try Data().write(to: URL(fileURLWithPath: spool.layout.output + "/notes"))
        try #require(mkdir(spool.layout.output + "/mine", 0o750) == 0)
        try #require(symlink("/etc", spool.layout.done + "/link") == 0)
        let retention = Retention(layout: spool.layout, ledger: ledger)
        let limit = RetentionLimit(age: .seconds(1), bytes: 0)
        let far = Date().addingTimeInterval(1e9)
        #expect(try await retention.pruneOutput(limit, now: far).isEmpty)
        #expect(try retention.pruneDone(limit, now: far).isEmpty)
        #expect(try spool.names(in: spool.layout.output) == ["mine", "notes"])
    }

    @Test func openBatchesStayInTheLedger() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        _ = try await spool.accept("a.jsonl", "{\"prompt\":\"a\"}\n", into: ledger)
        let retention = Retention(layout: spool.layout, ledger: ledger)
        let limit = RetentionLimit(age: .zero, bytes: 1)
        #expect(try await retention.pruneLedger(limit, now: Date().addingTimeInterval(1e9)) == 0)
        #expect(try await ledger.openBatches().count == 1)
    }
}
