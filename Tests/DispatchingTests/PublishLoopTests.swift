import Foundation
import GRDB
import Logging
import PromptBatch
import Settings
import Testing

@testable import Dispatching
@testable import Spool

@Suite struct PublishLoopTests {
    /// Time that passes at once.
    private struct NoTime: TimeSource {
        var now: ContinuousClock.Instant { .now }
        func sleep(for duration: Duration) async throws { await Task.yield() }
    }

    /// A spool in a directory of its own, with the daemon's parts.
    private final class Site: Sendable {
        let layout: SpoolLayout
        let parts: DaemonParts

        init() async throws {
            let root = NSTemporaryDirectory() + "draftspool-publish-\(UInt32.random(in: 0 ... .max))"
            layout = SpoolLayout(root: root)
            try layout.create()
            let settings = try await SettingsLoader(
                file: nil,
                flags: [
                    "spool": root, "state-directory": root, "runtime-directory": root,
                    "engine.model": "none",
                ], environment: [:]
            ).load()
            parts = DaemonParts(
                settings: SharedSettings(settings), layout: layout,
                ledger: try Ledger(path: root + "/ledger.sqlite"),
                judge: SharedJudge(try PromptJudge(rules: [])), executor: BlockingWork(label: "test"),
                time: NoTime(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onBatch: {})
        }

        deinit { try? FileManager.default.removeItem(atPath: layout.root) }

        /// A batch whose only prompt has its answer.
        func answered(_ name: String) async throws -> BatchRecord {
            try Data(#"{"prompt": "Why?"}"#.utf8).write(
                to: URL(fileURLWithPath: layout.incoming + "/\(name).jsonl"))
            let file = try #require(
                try ClaimedFile.claim(
                    FileName("\(name).jsonl"), as: ClaimedFile.makeID(on: layout.disk), in: layout))
            let ingest = BatchIngest(ledger: parts.ledger, layout: layout, maximumLineBytes: 1 << 20)
            let result = try await ingest.ingest(file, isFinal: true) { _ in
                PromptAnnotation(group: "group", traits: [], expectedTokens: 10)
            }
            guard case .accepted(let batch, _, _) = result else { throw CancellationError() }
            let line = OutputLine(
                id: OutputLine.id(batchID: batch.id, line: 1), customID: "line-1",
                response: .init(statusCode: 200, requestID: nil, body: [:]), error: nil)
            _ = try await parts.ledger.record([
                PromptOutcome(
                    key: PromptKey(batch: batch.sequence, line: 1), isSuccess: true,
                    outputLine: line.serialized(), timingLine: nil, answer: nil)
            ])
            return batch
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func batchesThatCannotBePublishedKeepNoOtherOneWaiting() async throws {
        let site = try await Site()
        var batches: [BatchRecord] = []
        for number in 0..<40 { batches.append(try await site.answered("damaged-\(number)")) }
        try await site.parts.ledger.write("test") { try $0.execute(sql: "DELETE FROM outcome") }
        let sound = try await site.answered("sound")
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
