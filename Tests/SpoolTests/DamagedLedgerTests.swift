import Foundation
import GRDB
import TestSupport
import Testing

@testable import Spool

/// A ledger whose files a failing disk has changed.
@Suite struct DamagedLedgerTests {
    private static let suffixes = ["", "-wal"]

    /// Database and write-ahead log of a ledger with waiting, answered and finished prompts; after a proper end
    /// everything stands in the database, else in the log.
    private func sampleFiles(closed: Bool) async throws -> [[UInt8]] {
        let spool = try TestSpool()
        try await fill(spool, closed: closed)
        return try Self.suffixes.map { suffix in
            let path = spool.ledgerPath + suffix
            guard FileManager.default.fileExists(atPath: path) else { return [] }
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        }
    }

    private func fill(_ spool: TestSpool, closed: Bool) async throws {
        let ledger = try spool.openLedger()
        for name in ["a", "b", "c"] {
            let lines = (1...40).map { "{\"id\":\"\(name)-\($0)\",\"prompt\":\"\($0)\"}\n" }.joined()
            let batch = try await spool.accept("\(name).jsonl", lines + "no\n", into: ledger)
            let answers = (1...20).map { SampleOutcomes.answer(batch.sequence, line: $0) }
            _ = try await ledger.record(answers)
            if name == "c" { try await ledger.endBatch(batch.sequence, state: .done, at: Date()) }
        }
        if closed {
            try await DatabasePool(path: spool.ledgerPath).writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
        }
    }

    @Test(arguments: [true, false]) func itIsReadOrRefusedAndNeverEndsTheDaemon(closed: Bool) async throws {
        let files = try await sampleFiles(closed: closed)
        var generator = SeededGenerator(seed: 31)
        var refusals = 0
        for _ in 0..<150 {
            var damaged = files
            Self.damage(&damaged[closed ? 0 : 1], using: &generator)
            let spool = try TestSpool()
            for (suffix, bytes) in zip(Self.suffixes, damaged) {
                try Data(bytes).write(to: URL(fileURLWithPath: spool.ledgerPath + suffix))
            }
            do { try await Self.readAll(spool.ledgerPath) } catch { refusals += 1 }
        }
        // A damaged end of the log is cut off, as after a crash; a damaged database is noticed.
        if closed { #expect(refusals > 0) }
    }

    /// What the daemon reads when it starts and when it publishes.
    private static func readAll(_ path: String) async throws(SpoolError) {
        let ledger = try Ledger(path: path)
        _ = try await ledger.finishedBatches(limit: 10)
        for group in try await ledger.backlog() {
            _ = try await ledger.queued(
                batch: group.batch, group: group.group, priority: group.priority, after: 0, limit: 100)
        }
        for batch in try await ledger.openBatches() {
            try await ledger.forEachOutcome(of: batch.sequence, isWhole: false) { _ in }
        }
    }

    private static func damage(_ bytes: inout [UInt8], using generator: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 1...12, using: &generator) {
            guard !bytes.isEmpty else { return }
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let end = min(bytes.count, place + 512)
            switch Int.random(in: 0...9, using: &generator) {
            case 0: bytes.removeSubrange(place...)
            case 1: bytes.replaceSubrange(place..<end, with: repeatElement(0, count: end - place))
            case 2: for index in place..<end { bytes[index] = UInt8.random(in: 0...255, using: &generator) }
            default: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
        }
    }
}
