import Foundation
import PromptBatch
import Speculation
import Spool

/// One sending of a prompt to an engine.
struct Attempt: Sendable {
    let queued: QueuedPrompt
    let batch: BatchRecord
    let assignment: Assignment
    let lane: LaneEngine
    let startedAt: Date

    /// Whether the input is one `.txt` or `.md` prompt.
    var isDocument: Bool { batch.isDocument }

    /// The sidecar of an attempt after which the prompt failed for good.
    func recordOfFailure(at date: Date) -> TimingRecord {
        record(
            tokens: TimingRecord.TokenCounts(
                prompt: nil, cached: nil, generated: nil, drafted: nil, accepted: nil),
            promptMilliseconds: nil, generationMilliseconds: nil,
            totalMilliseconds: date.timeIntervalSince(startedAt) * 1000, estimatedSpeedup: nil,
            finishedAt: date)
    }

    /// The timing sidecar.
    func record(
        tokens: TimingRecord.TokenCounts, promptMilliseconds: Double?, generationMilliseconds: Double?,
        totalMilliseconds: Double, estimatedSpeedup: Double?, finishedAt: Date
    ) -> TimingRecord {
        var tokensPerSecond: Double?
        if let generationMilliseconds, generationMilliseconds > 0, let generated = tokens.generated {
            tokensPerSecond = Double(generated) / generationMilliseconds * 1000
        }
        return TimingRecord(
            customID: queued.customID, line: queued.key.line, workload: verdict, decision: decision,
            engine: EngineIdentity(
                name: lane.description.name, version: lane.description.version,
                model: lane.description.modelName, quantization: lane.description.quantization,
                lane: lane.setting.label, slots: lane.slots),
            tokens: tokens,
            timing: TimingRecord.Durations(
                queuedMilliseconds: max(0, startedAt.timeIntervalSince(batch.claimedAt) * 1000),
                promptMilliseconds: promptMilliseconds, generationMilliseconds: generationMilliseconds,
                totalMilliseconds: totalMilliseconds, tokensPerSecond: tokensPerSecond),
            speculation: TimingRecord.SpeculationOutcome(
                tokens: tokens, estimatedSpeedup: estimatedSpeedup),
            attempts: queued.attempts, startedAt: startedAt, finishedAt: finishedAt)
    }

    private var verdict: TimingRecord.WorkloadVerdict {
        let distribution = assignment.judgement.traits.distribution
        let source: TimingRecord.WorkloadVerdict.Source
        var rule: String?
        switch assignment.judgement.source {
        case .classifier: source = .classifier
        case .override: source = .override
        case .rule(let name):
            source = .rule
            rule = name
        }
        return TimingRecord.WorkloadVerdict(
            label: distribution.label, confidence: distribution.confidence, source: source, rule: rule)
    }

    private var decision: TimingRecord.DraftDecision {
        let decision = assignment.decision
        return TimingRecord.DraftDecision(
            depth: lane.setting.depth, pMin: lane.setting.pMin,
            usesNgrams: lane.setting.usesNgrams ? true : nil,
            reason: decision.reason,
            source: TimingRecord.DraftDecision.Source(rawValue: decision.source.rawValue) ?? .lane,
            predicted: TimingRecord.PredictedFigures(
                acceptance: decision.prediction.acceptance,
                tokensPerSecond: decision.tokensPerSecond,
                baselineTokensPerSecond: decision.baselineTokensPerSecond))
    }
}
