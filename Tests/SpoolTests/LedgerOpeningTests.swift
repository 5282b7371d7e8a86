import Foundation
import Testing

@testable import Spool

@Suite struct LedgerOpeningTests {
    @Test func whatWasRecordedIsThereAfterReopening() async throws {
        let spool = try TestSpool()
        do {
            let ledger = try spool.openLedger()
            let batch = try await spool.accept(
                "a.jsonl", "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n", into: ledger)
            _ = try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 2)])
        }
        let ledger = try spool.openLedger()
        let batch = try #require(try await ledger.openBatches().first)
        #expect(batch.state == .running)
        #expect(batch.promptCount == 2)
        #expect(batch.answeredCount == 1)
        let waiting = try await ledger.queued(
            batch: batch.sequence, group: "group", priority: 0, after: 0, limit: 9)
        #expect(waiting.map(\.key.line) == [1])
    }

    /// What kill -9 leaves: the database and its write-ahead log as they are, never closed.
    @Test func theWriteAheadLogIsReplayed() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await spool.accept("a.jsonl", "{\"prompt\":\"a\"}\n", into: ledger)
        _ = try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 1)])
        let copy = spool.layout.root + "/copy.sqlite"
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: spool.ledgerPath + suffix, toPath: copy + suffix)
        }
        #expect(try await Ledger(path: copy).batch(id: batch.id)?.answeredCount == 1)
    }

    @Test func aLedgerOfANewerVersionIsRefused() async throws {
        let spool = try TestSpool()
        do {
            let ledger = try spool.openLedger()
            try await ledger.execute("INSERT INTO grdb_migrations VALUES ('9999')")
        }
        let error = #expect(throws: SpoolError.self) { try spool.openLedger() }
        #expect(error?.reason == "it was written by a newer version of Draftspool")
        #expect(error?.path == spool.ledgerPath)
        #expect(error?.remedy.contains("install that version") == true)
    }

    @Test func aDamagedLedgerIsRefusedAndKept() throws {
        let spool = try TestSpool()
        let garbage = [UInt8](repeating: 0x5A, count: 8192)
        try Data(garbage).write(to: URL(fileURLWithPath: spool.ledgerPath))
        let error = #expect(throws: SpoolError.self) { try spool.openLedger() }
        #expect(error?.operation == "open the ledger")
        #expect(error?.remedy.contains("damaged") == true)
        #expect(FileManager.default.contents(atPath: spool.ledgerPath) == Data(garbage))
    }

    @Test func aMissingDirectoryIsNamed() throws {
        let error = #expect(throws: SpoolError.self) { try Ledger(path: "/nonexistent/ledger.sqlite") }
        #expect(error?.path == "/nonexistent/ledger.sqlite")
    }
}
