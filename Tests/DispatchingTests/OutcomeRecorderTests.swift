import Foundation
import PromptBatch
import Testing

@testable import Dispatching
@testable import Spool

@Suite struct OutcomeRecorderTests {
    @Test(.timeLimit(.minutes(1)))
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

    private func answer(_ line: Int, of batch: BatchRecord) -> PromptOutcome {
        let output = OutputLine(
            id: OutputLine.id(batchID: batch.id, line: line), customID: "large-\(line)",
            response: .init(statusCode: 200, requestID: nil, body: [:]), error: nil)
        return PromptOutcome(
            key: PromptKey(batch: batch.sequence, line: line), isSuccess: true,
            outputLine: output.serialized(), timingLine: nil, answer: nil)
    }
}
