import Foundation
import GRDB
import Testing

@testable import Spool

@Suite struct LedgerMigrationTests {
    /// A ledger as version 1 wrote it, with a running batch, an answered and a waiting prompt, and a finished batch.
    private func writeOldLedger(_ path: String) throws {
        let database = try DatabasePool(path: path)
        try LedgerSchema.migrator.migrate(database, upTo: "1")
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO batch (seq, id, name, inode, state, format, claimed_at, prompts, answered, finished_at)
                    VALUES (1, 'old', 'old.jsonl', 5, 'running', 'simple-jsonl', 1795474501, 2, 1, NULL),
                        (2, 'done', 'done.jsonl', 6, 'done', 'simple-jsonl', 1795474502, 1, 1, 1795474600);
                    INSERT INTO prompt (batch, line, custom_id, offset, length, state, grp, traits, priority, output, timing)
                    VALUES (1, 1, 'a', 0, 10, 1, 'g', x'01', 0, x'6F7574', x'74696D'),
                        (1, 2, 'b', 11, 10, 0, 'g', x'01', 4, NULL, NULL),
                        (2, 1, 'c', 0, 10, 1, 'g', NULL, 0, NULL, NULL);
                    """)
        }
        try database.close()
    }

    @Test func anOlderLedgerIsTakenOver() async throws {
        let spool = try TestSpool()
        try writeOldLedger(spool.ledgerPath)
        let ledger = try spool.openLedger()
        let open = try await ledger.openBatches()
        #expect(open.map(\.id) == ["old"])
        #expect(open.first?.priority == 4)
        #expect(try await ledger.unsweptBatches().isEmpty)
        let waiting = try await ledger.queued(batch: 1, group: "g", priority: 4, after: 0, limit: 9)
        #expect(waiting.map(\.customID) == ["b"])
        #expect(waiting.first?.digest == nil)
        #expect(try await ledger.record([SampleOutcomes.answer(1, line: 2)]) == [1])
        let outputs = Collected<String>()
        try await ledger.forEachOutcome(of: 1, isWhole: false) {
            outputs.append(String(decoding: $0.outputLine, as: UTF8.self))
        }
        #expect(outputs.values.first == "out")
        #expect(outputs.values.last?.contains("line-2") == true)
        #expect(try await ledger.failedPrompts(of: 2, limit: 9).isEmpty)
    }

    /// The package reads it while the daemon has the ledger open.
    @Test func theFilesHeaderHasTheSchemasVersion() throws {
        let spool = try TestSpool()
        try writeOldLedger(spool.ledgerPath)
        let ledger = try spool.openLedger()
        try withExtendedLifetime(ledger) {
            let header = try Data(contentsOf: URL(fileURLWithPath: spool.ledgerPath)).prefix(64)
            let version = header.suffix(4).reduce(0) { $0 << 8 | Int($1) }
            #expect(version == LedgerSchema.version && version >= 4)
        }
    }
}
