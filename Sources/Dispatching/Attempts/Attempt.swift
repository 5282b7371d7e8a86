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
    /// Its name in the configuration's list; empty for the only one.
    let engineName: String
    /// Whether the request itself said how to draft for it, to an engine that goes by that.
    let choosesDrafts: Bool
    let startedAt: Date
    /// Whether depth 0 was timed on this engine. What a managed one would do without drafts the model says until then;
    /// of a server run by others it says nothing.
    let knowsBaseline: Bool

    /// Whether it runs at the setting that was thought best for it.
    var ranAsChosen: Bool {
        let source = assignment.decision.source
        return (source == .learned || source == .prior) && assignment.decision.setting == lane.setting
    }

    /// Whether the input is one `.txt` or `.md` prompt.
    var isDocument: Bool { batch.isDocument }

    /// The sidecar of an attempt after which the prompt failed for good.
    func recordOfFailure(at date: Date) -> TimingRecord {
        record(
            tokens: TimingRecord.TokenCounts(
                prompt: nil, cached: nil, generated: nil, drafted: nil, accepted: nil),
            promptMilliseconds: nil, generation: nil,
            totalMilliseconds: date.timeIntervalSince(startedAt) * 1000, busySlots: nil, speedup: nil,
            finishedAt: date)
    }

    /// The timing sidecar.
    func record(
        tokens: TimingRecord.TokenCounts, promptMilliseconds: Double?, generation: GenerationTime?,
        totalMilliseconds: Double, busySlots: Double?, speedup: TimingRecord.Speedup?, finishedAt: Date
    ) -> TimingRecord {
        return TimingRecord(
            customID: queued.customID, line: queued.key.line, workload: verdict, decision: decision,
            engine: EngineIdentity(
                id: engineName.isEmpty ? nil : engineName, name: lane.description.name,
                version: lane.description.version,
                model: lane.description.modelName, quantization: lane.description.quantization,
                lane: lane.label, slots: lane.slots),
            tokens: tokens,
            timing: TimingRecord.Durations(
                queuedMilliseconds: max(0, startedAt.timeIntervalSince(batch.claimedAt) * 1000),
                promptMilliseconds: promptMilliseconds, generationMilliseconds: generation?.milliseconds,
                totalMilliseconds: totalMilliseconds,
                tokensPerSecond: tokens.generated.flatMap { generation?.tokensPerSecond($0) },
                basis: generation?.basis, busySlots: busySlots,
                changeMilliseconds: assignment.changeBefore == .zero
                    ? nil : assignment.changeBefore / .milliseconds(1)),
            speculation: TimingRecord.SpeculationOutcome(tokens: tokens, speedup: speedup),
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

    /// Why it ran as it did. What the model says of costs beside depth 0 is from published figures of other engines, where
    /// depth 0 was not timed.
    private var reason: String {
        let help = assignment.faster.map(Assignment.reasonToHelp) ?? ""
        if choosesDrafts { return "as the request's own speculative fields say" + help }
        if knowsBaseline, !lane.choosesItsDepth { return assignment.decision.reason + help }
        let speed = String(format: "%.1f", assignment.decision.tokensPerSecond)
        let subject =
            lane.choosesItsDepth
            ? "the endpoint chooses its depth itself"
            : assignment.decision.source == .override
                ? "\(lane.setting.label) as asked for" : "the endpoint runs at \(lane.setting.label) only"
        return "\(subject); \(speed) tok/s expected; depth 0 was not timed there\(help)"
    }

    private var decision: TimingRecord.DraftDecision {
        let decision = assignment.decision
        let isKnown = !lane.choosesItsDepth && !choosesDrafts
        return TimingRecord.DraftDecision(
            depth: isKnown ? lane.setting.depth : nil, pMin: isKnown ? lane.setting.pMin : 0,
            usesNgrams: lane.setting.usesNgrams ? true : nil, reason: reason,
            source: choosesDrafts
                ? .override : TimingRecord.DraftDecision.Source(rawValue: decision.source.rawValue) ?? .lane,
            predicted: TimingRecord.PredictedFigures(
                acceptance: isKnown ? decision.prediction.acceptance : nil,
                tokensPerSecond: choosesDrafts ? nil : decision.tokensPerSecond,
                baselineTokensPerSecond: isKnown && knowsBaseline ? decision.baselineTokensPerSecond : nil))
    }
}
