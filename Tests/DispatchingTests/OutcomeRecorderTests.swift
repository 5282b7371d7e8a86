import Foundation
import PromptBatch
import Testing

@testable import Dispatching
@testable import Spool

@Suite struct OutcomeRecorderTests {
    @Test(.timeLimit(.minutes(10)))
    func resultsSoFarHaveEachOutcomeOnceWhileTheyAreWrittenAnew() async throws {
        let site = try await PartsSite()
        let lines = 3_000
        let batch = try await site.submit("large", prompts: lines)
        let recorder = site.parts.recorder
        async let running: Void = recorder.run()
        await withTaskGroup(of: Void.self) { group in
            for line in 1...lines {
                group.addTask { await recorder.record([answer(line, of: batch)], batchID: batch.id) }
                if line.isMultiple(of: 100) {
                    group.addTask { await recorder.rebuildResultsSoFar(of: batch) }
                }
            }
        }
        await recorder.finish()
        await running
        let path = site.layout.activeDirectory(batch: batch.id) + "/output.jsonl"
        let shown = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(shown.count == lines && Set(shown).count == lines)
    }

    /// A prompt is answered, and expires, in the same moment.
    @Test func ofTwoOutcomesTheFirstIsShownAndCounted() async throws {
        let site = try await PartsSite()
        let batch = try await site.submit("large", prompts: 2)
        let recorder = site.parts.recorder
        async let running: Void = recorder.run()
        let answer = answer(1, of: batch)
        let expiry = PromptOutcome(
            key: answer.key, isSuccess: false, outputLine: [1], timingLine: nil, answer: nil, isExpired: true)
        #expect(await recorder.record([answer, expiry], batchID: batch.id) == 1)
        await recorder.finish()
        await running
        func shown(_ name: String) -> Int {
            let path = site.layout.activeDirectory(batch: batch.id) + "/" + name
            let text = try? String(contentsOfFile: path, encoding: .utf8)
            return (text ?? "").split(separator: "\n").count
        }
        #expect(shown("output.jsonl") == 1 && shown("errors.jsonl") == 0)
        let now = try #require(try await site.parts.ledger.batch(sequence: batch.sequence))
        #expect(now.answeredCount == 1 && now.expiredCount == 0)
    }

    private func answer(_ line: Int, of batch: BatchRecord) -> PromptOutcome {
        let output = OutputLine(
            id: OutputLine.id(batchID: batch.id, line: line), customID: "large-\(line)",
            response: .init(statusCode: 200, requestID: nil, body: [:]), error: nil)
        return PromptOutcome(
            key: PromptKey(batch: batch.sequence, line: line), isSuccess: true,
            outputLine: output.serialized(), timingLine: nil, answer: nil)
    }
}
