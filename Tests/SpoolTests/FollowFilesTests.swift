import Foundation
import Testing

@testable import Spool

@Suite struct FollowFilesTests {
    @Test func resultsCanBeReadAlongAndAreRebuiltFromTheLedger() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await spool.accept(
            "a.jsonl", "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n{\"prompt\":\"c\"}\n", into: ledger)
        let follow = FollowFiles(layout: spool.layout, batchID: batch.id)
        let outcomes = [
            SampleOutcomes.answer(batch.sequence, line: 1), SampleOutcomes.failure(batch.sequence, line: 2),
        ]
        _ = try await ledger.record(outcomes)
        try follow.append(outcomes)
        let appended = try contents(spool, batch)
        #expect(appended.count == 3)
        try follow.append(outcomes)
        #expect(try contents(spool, batch) != appended)
        await follow.rebuild(from: ledger, batch: batch.sequence)
        #expect(try contents(spool, batch) == appended)
    }

    private func contents(_ spool: TestSpool, _ batch: BatchRecord) throws -> [String: String] {
        let directory = spool.layout.activeDirectory(batch: batch.id)
        let names = try spool.names(in: directory).filter { $0.hasSuffix(".jsonl") }
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try spool.text(of: directory + "/" + $0)) })
    }
}
