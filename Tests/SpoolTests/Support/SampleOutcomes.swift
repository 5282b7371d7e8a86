import JSON
import Foundation
import PromptBatch

@testable import Spool

/// Ends of prompts for tests.
enum SampleOutcomes {
    /// An answer with a sidecar record; `line` shows in both.
    static func answer(_ batch: Int64, line: Int, text: String? = nil) -> PromptOutcome {
        let output = OutputLine(
            id: "test-\(line)", customID: "line-\(line)",
            response: .init(statusCode: 200, requestID: nil, body: ["line": JSON(line)]), error: nil)
        return PromptOutcome(
            key: PromptKey(batch: batch, line: line), isSuccess: true, outputLine: output.serialized(),
            timingLine: timing(line: line).serialized(), answer: text)
    }

    /// A named error of a prompt that no engine saw.
    static func failure(_ batch: Int64, line: Int) -> PromptOutcome {
        let output = OutputLine(
            id: "test-\(line)", customID: "line-\(line)", response: nil,
            error: .init(code: "engine_unavailable", message: "The engine is gone.", line: line))
        return PromptOutcome(
            key: PromptKey(batch: batch, line: line), isSuccess: false, outputLine: output.serialized(),
            timingLine: nil, answer: nil)
    }

    private static func timing(line: Int) -> TimingRecord {
        let start = Date(timeIntervalSince1970: 1_795_474_501)
        let tokens = TimingRecord.TokenCounts(
            prompt: 20, cached: 0, generated: 100, drafted: 90, accepted: 60)
        return TimingRecord(
            customID: "line-\(line)", line: line,
            workload: .init(label: .code, confidence: 0.9, source: .classifier),
            decision: .init(
                depth: 3, pMin: 0, reason: "code: depth 3", source: .learned,
                predicted: .init(acceptance: 0.7, tokensPerSecond: 61, baselineTokensPerSecond: 43)),
            engine: .init(
                name: "llama-server", version: "b11669", model: "demo.gguf", quantization: "F16", lane: "d3",
                slots: 1),
            tokens: tokens,
            timing: .init(
                queuedMilliseconds: 12, promptMilliseconds: 30, generationMilliseconds: 2_000,
                totalMilliseconds: 2_030, tokensPerSecond: 50, basis: .engine),
            speculation: .init(tokens: tokens, speedup: nil), attempts: 1, startedAt: start,
            finishedAt: start.addingTimeInterval(2))
    }
}
