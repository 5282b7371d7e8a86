import Foundation
import GRDB
import Logging
import PromptBatch
import Settings
import Testing

@testable import Daemon
@testable import Publishing
@testable import Spool

@Suite struct PublishLoopTests {
    /// A batch whose only prompt has its answer.
    func answered(_ name: String, at site: PartsSite) async throws -> BatchRecord {
        try Data(#"{"prompt": "Why?"}"#.utf8).write(
            to: URL(fileURLWithPath: site.layout.incoming + "/\(name).jsonl"))
        let file = try #require(
            try ClaimedFile.claim(
                FileName("\(name).jsonl"), as: ClaimedFile.makeID(on: site.layout.disk), in: site.layout))
        let ingest = BatchIngest(ledger: site.parts.ledger, layout: site.layout, maximumLineBytes: 1 << 20)
        let result = try await ingest.ingest(file, isFinal: true) { _ in
            PromptAnnotation(group: "group", traits: [], expectedTokens: 10)
        }
        guard case .accepted(let batch, _, _) = result else { throw CancellationError() }
        let line = OutputLine(
            id: OutputLine.id(batchID: batch.id, line: 1), customID: "line-1",
            response: .init(statusCode: 200, requestID: nil, body: [:]), error: nil)
        _ = try await site.parts.ledger.record([
            PromptOutcome(
                key: PromptKey(batch: batch.sequence, line: 1), isSuccess: true,
                outputLine: line.serialized(), timingLine: nil, answer: nil)
        ])
        return batch
    }

    @Test(.timeLimit(.minutes(10)))
    func batchesThatCannotBePublishedKeepNoOtherOneWaiting() async throws {
        let site = try await PartsSite()
        var batches: [BatchRecord] = []
        for number in 0..<40 { batches.append(try await answered("damaged-\(number)", at: site)) }
        try await site.parts.ledger.write("test") { try $0.execute(sql: "DELETE FROM outcome") }
        let sound = try await answered("sound", at: site)
        let (completed, complete) = AsyncStream<Int64>.makeStream()
        for batch in batches + [sound] { complete.yield(batch.sequence) }
        complete.finish()
        await site.parts.publishing.run(completed)
        #expect(try await site.parts.ledger.batch(sequence: sound.sequence)?.state == .done)
        for batch in batches {
            #expect(try await site.parts.ledger.batch(sequence: batch.sequence)?.state == .publishing)
        }
        #expect(site.parts.troubles.has(.publishing))
    }
}
