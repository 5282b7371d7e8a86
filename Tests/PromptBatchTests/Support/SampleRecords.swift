import FoundationEssentials
import PromptBatch
import Workload

/// Timing records for tests.
enum SampleRecords {
    static let start = Date(timeIntervalSince1970: 1_795_474_501.25)

    static func timing(
        workload: Workload = .code, depth: Int = 3, pMin: Double = 0, generated: Int = 100,
        drafted: Int? = 90, accepted: Int? = 60, generationMilliseconds: Double? = 2_000,
        totalMilliseconds: Double = 2_031.04, changeMilliseconds: Double? = nil,
        speedup: TimingRecord.Speedup? = speedup(1.5)
    ) -> TimingRecord {
        let tokens = TimingRecord.TokenCounts(
            prompt: 20, cached: 4, generated: generated, drafted: drafted, accepted: accepted)
        return TimingRecord(
            customID: "q1", line: 3,
            workload: .init(label: workload, confidence: 0.912345, source: .classifier),
            decision: .init(
                depth: depth, pMin: pMin, reason: "code 0.91: acceptance 0.70 → 1.4×, so depth 3",
                source: .learned,
                predicted: .init(
                    acceptance: 0.7, tokensPerSecond: 61.23456, baselineTokensPerSecond: 43.7)),
            engine: .init(
                name: "llama-server", version: "b11669", model: "demo.gguf", quantization: "F16", lane: "d3",
                slots: 4),
            tokens: tokens,
            timing: .init(
                queuedMilliseconds: 12.345, promptMilliseconds: 30.1,
                generationMilliseconds: generationMilliseconds,
                totalMilliseconds: totalMilliseconds, tokensPerSecond: 50, basis: .engine, busySlots: 2,
                changeMilliseconds: changeMilliseconds),
            speculation: .init(tokens: tokens, speedup: speedup), attempts: 1,
            startedAt: start, finishedAt: start.addingTimeInterval(2.032))
    }

    /// Known to a tenth.
    static func speedup(
        _ value: Double, basis: TimingRecord.Speedup.Basis = .measured
    ) -> TimingRecord.Speedup {
        TimingRecord.Speedup(
            Estimate(value: value, low: 0.9 * value, high: 1.1 * value), basis: basis)
    }

    /// A record of an engine that tells nothing but the answer.
    static var unknown: TimingRecord {
        var record = timing(drafted: nil, accepted: nil, generationMilliseconds: nil, speedup: nil)
        record.tokens = .init(prompt: nil, cached: nil, generated: nil, drafted: nil, accepted: nil)
        record.timing = .init(
            queuedMilliseconds: 0, promptMilliseconds: nil, generationMilliseconds: nil,
            totalMilliseconds: 0, tokensPerSecond: nil, basis: nil)
        record.speculation = .init(tokens: record.tokens, speedup: nil)
        record.decision.predicted = .init(
            acceptance: nil, tokensPerSecond: nil, baselineTokensPerSecond: nil)
        record.decision.depth = nil
        record.engine = EngineIdentity(id: "cluster", name: "openai")
        record.workload = .init(label: .math, confidence: 1, source: .rule, rule: "billing")
        return record
    }
}
