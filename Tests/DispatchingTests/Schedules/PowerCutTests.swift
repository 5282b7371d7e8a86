import Foundation
import PromptBatch
import TestSupport
import Testing

@testable import Spool

/// What is left of a step when the power goes right after it. Of what was not synchronised the disk keeps all, nothing, or
/// something in between, as the seed says.
@Suite struct PowerCutTests {
    private static let seeds: Range<UInt64> = 0..<20
    private static let content = Array(#"{"id": "a", "prompt": "Why?"}"#.utf8)

    private func spool(_ seed: UInt64, isOrdered: Bool) throws -> (SimulatedDisk, SpoolLayout) {
        let disk = SimulatedDisk(
            seed: seed, plan: FaultPlan(), time: SeededExecutor(seed: seed), isOrdered: isOrdered,
            tellsWriters: true)
        let layout = SpoolLayout(root: "/spool", disk: disk)
        try disk.makeDirectories([
            layout.root, layout.incoming, layout.active, layout.output, layout.done, layout.failed,
        ])
        return (disk, layout)
    }

    /// Claims a file whose owner did not wait for the disk.
    private func claim(on disk: SimulatedDisk, in layout: SpoolLayout) throws -> ClaimedFile {
        let node = try disk.createOpen(layout.incoming + "/a.jsonl")
        disk.append(Self.content, to: node)
        node.writers -= 1
        return try #require(
            try ClaimedFile.claim(FileName("a.jsonl"), as: ClaimedFile.makeID(on: disk), in: layout))
    }

    private func cutPower(of disk: SimulatedDisk, _ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        disk.cutPower(&random)
    }

    @Test(arguments: [false, true]) func aClaimedFileIsWhole(isOrdered: Bool) throws {
        for seed in Self.seeds {
            let (disk, layout) = try spool(seed, isOrdered: isOrdered)
            let file = try claim(on: disk, in: layout)
            try file.synchronize(on: disk)
            cutPower(of: disk, seed)
            #expect(disk.content(of: file.path) == Self.content, "seed \(seed)")
        }
    }

    @Test(arguments: [false, true]) func aPublishedBatchIsWhole(isOrdered: Bool) async throws {
        for seed in Self.seeds {
            let site = try QueueSite()
            let (disk, layout) = try spool(seed, isOrdered: isOrdered)
            let batch = try await answered(try claim(on: disk, in: layout), site.ledger, layout)
            let (_, directory) = try await BatchPublisher(ledger: site.ledger, layout: layout).publish(batch)
            let names = disk.names(in: directory)
            let contents = names.map { disk.content(of: directory + "/" + $0) }
            cutPower(of: disk, seed)
            #expect(names.contains("output.jsonl") && disk.names(in: directory) == names, "seed \(seed)")
            #expect(names.map { disk.content(of: directory + "/" + $0) } == contents, "seed \(seed)")
            #expect(disk.content(of: layout.done + "/a.jsonl") == Self.content, "seed \(seed)")
        }
    }

    /// A batch that is to be published.
    private func answered(
        _ file: ClaimedFile, _ ledger: Ledger, _ layout: SpoolLayout
    ) async throws -> BatchRecord {
        let ingest = BatchIngest(ledger: ledger, layout: layout, maximumLineBytes: 1 << 20)
        let result = try await ingest.ingest(file, isFinal: true) { _ in
            PromptAnnotation(group: "g", traits: [], expectedTokens: 1)
        }
        guard case .accepted(let batch, _, _) = result else { throw CancellationError() }
        let line = OutputLine(
            id: OutputLine.id(batchID: batch.id, line: 1), customID: "a",
            response: .init(statusCode: 200, requestID: nil, body: [:]), error: nil)
        let outcome = PromptOutcome(
            key: PromptKey(batch: batch.sequence, line: 1), isSuccess: true, outputLine: line.serialized(),
            timingLine: nil, answer: nil)
        #expect(try await ledger.record([outcome]) == [batch.sequence])
        return try #require(try await ledger.beginPublishing(batch.sequence))
    }
}
