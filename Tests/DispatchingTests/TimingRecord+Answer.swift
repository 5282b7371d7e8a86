import Foundation
import PromptBatch
import Workload

extension TimingRecord {
    /// Of a prompt with 100 tokens of answer, for which 40 tokens a second were predicted.
    static func ofAnswer(
        _ workload: Workload, depth: Int?, drafted: Int? = 30, accepted: Int? = 20, speed: Double? = 50,
        source: DraftDecision.Source = .learned
    ) -> TimingRecord {
        let tokens = TokenCounts(
            prompt: 10, cached: 4, generated: 100, drafted: drafted, accepted: accepted)
        return TimingRecord(
            customID: "a", line: 1, workload: .init(label: workload, confidence: 1, source: .classifier),
            decision: .init(
                depth: depth, pMin: 0, reason: "", source: source,
                predicted: .init(acceptance: 0.8, tokensPerSecond: 40, baselineTokensPerSecond: 25)),
            engine: .init(name: "llama-server"), tokens: tokens,
            timing: .init(
                queuedMilliseconds: 5, promptMilliseconds: 10, generationMilliseconds: 2000,
                totalMilliseconds: 2010, tokensPerSecond: speed, basis: .engine),
            speculation: .init(tokens: tokens, speedup: nil), attempts: 1, startedAt: Date(),
            finishedAt: Date())
    }
}
