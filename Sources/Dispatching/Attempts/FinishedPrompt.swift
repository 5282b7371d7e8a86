import Engine
import Foundation
import Logging
import PromptBatch
import Speculation
import Spool
import Systemd

/// An answered prompt with all that its records say.
struct FinishedPrompt {
    let attempt: Attempt
    let response: GenerationResponse
    /// Nil where it is not known.
    let generation: GenerationTime?
    let finishedAt: Date
    /// Requests that the engine worked on meanwhile, on average.
    let busySlots: Double
    /// By the clock; nil where depth 0 was never timed.
    let speedup: TimingRecord.Speedup?

    /// What the ledger keeps.
    ///
    /// - Parameter record: its timing sidecar.
    func outcome(_ record: TimingRecord) -> PromptOutcome {
        let id = OutputLine.id(batchID: attempt.batch.id, line: attempt.queued.key.line)
        let line = OutputLine(
            id: id, customID: attempt.queued.customID,
            response: OutputLine.Response(
                statusCode: response.statusCode, requestID: response.requestID ?? id, body: response.body),
            error: nil)
        return PromptOutcome(
            key: attempt.queued.key, isSuccess: true, outputLine: line.serialized(),
            timingLine: record.serialized(),
            answer: attempt.isDocument ? response.answerText : nil)
    }

    /// The timing sidecar.
    var record: TimingRecord {
        attempt.record(
            tokens: TimingRecord.TokenCounts(
                prompt: response.promptTokens, cached: response.cachedTokens,
                generated: response.generatedTokens, drafted: response.draftedTokens,
                accepted: response.acceptedTokens),
            promptMilliseconds: response.promptMilliseconds,
            generation: generation,
            totalMilliseconds: response.totalMilliseconds, busySlots: busySlots, speedup: speedup,
            finishedAt: finishedAt)
    }

    /// One line a prompt.
    ///
    /// - Parameter omitted: lines of other prompts that were left out before it.
    func log(to logger: Logger, omitted: Int) {
        guard logger.logLevel <= .info else { return }
        let lane = attempt.lane
        let queued = attempt.queued
        let label = attempt.assignment.judgement.traits.distribution.label.rawValue
        let drafted = response.draftedTokens ?? 0
        let acceptance = response.acceptedTokens.flatMap { drafted > 0 ? Double($0) / Double(drafted) : nil }
        let speed =
            generation?.tokensPerSecond(response.generatedTokens).map { String(format: "%.1f", $0) } ?? "?"
        let drafts = acceptance.map { String(format: ", acceptance %.2f", $0) } ?? ""
        logger.info(
            "\(queued.customID): \(label), \(lane.label)\(drafts), \(speed) tok/s\(RateBudget.note(omitted))",
            metadata: [
                "MESSAGE_ID": "\(MessageID.promptFinished.rawValue)", "batch": "\(attempt.batch.id)",
                "custom_id": "\(queued.customID)", "line": "\(queued.key.line)", "workload": "\(label)",
                "depth": "\(lane.setting.depth)", "acceptance": "\(acceptance.map { "\($0)" } ?? "")",
                "tokens_per_second": "\(speed)", "generated_tokens": "\(response.generatedTokens)",
                "attempts": "\(queued.attempts)",
                "decision_source": "\(attempt.assignment.decision.source.rawValue)",
            ])
    }
}
