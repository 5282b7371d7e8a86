import Foundation
import JSON
import PromptBatch
import Spool
import Workload

/// What pages are tried on.
enum PageSamples {
    /// Would do something if it were taken for anything but text: an element, the end of an attribute (with an accent, by
    /// which the quotation mark is another character), a control, an order of direction, a template's tag.
    static let hostile =
        "<b id=\"bad\">\u{1}\"\u{301} onfocus=bad() x='</script><script>bad()</script>&lt;\u{202E}{{name}}"

    static func record(_ id: String, line: Int) -> TimingRecord {
        let tokens = TimingRecord.TokenCounts(
            prompt: 10, cached: 0, generated: 100, drafted: 30, accepted: 24)
        return TimingRecord(
            customID: id, line: line,
            workload: .init(label: .code, confidence: 0.9, source: .rule, rule: hostile),
            decision: .init(
                depth: 3, pMin: 0, reason: "Reason \(line) \(hostile)", source: .learned,
                predicted: .init(acceptance: 0.75, tokensPerSecond: 40, baselineTokensPerSecond: 25)),
            engine: .init(name: hostile, version: hostile, model: hostile, quantization: hostile),
            tokens: tokens,
            timing: .init(
                queuedMilliseconds: 5, promptMilliseconds: 10, generationMilliseconds: 2000,
                totalMilliseconds: 2500, tokensPerSecond: 50, basis: .engine),
            speculation: .init(
                tokens: tokens,
                speedup: .init(Estimate(value: 1.25, low: 1.125, high: 1.5), basis: .measured)),
            attempts: 1, startedAt: Date(), finishedAt: Date())
    }

    /// An answer, or the failure of a line.
    static func outcome(
        _ id: String, line: Int, of batch: BatchRecord, answer: String = hostile, isFailed: Bool = false
    ) -> PromptOutcome {
        outcome(id, line: line, of: batch, answer: answer, failure: isFailed ? hostile : nil)
    }

    /// An answer, or the failure of a line with a message.
    static func outcome(
        _ id: String, line: Int, of batch: BatchRecord, answer: String = hostile, failure: String?
    ) -> PromptOutcome {
        let body: JSON = ["choices": [["message": ["content": .string("Answer \(line) \(answer)")]]]]
        let output = OutputLine(
            id: OutputLine.id(batchID: batch.id, line: line), customID: id,
            response: failure == nil ? .init(statusCode: 200, requestID: nil, body: body) : nil,
            error: failure.map { .init(code: hostile, message: $0, remedy: hostile, line: line) })
        return PromptOutcome(
            key: PromptKey(batch: batch.sequence, line: line), isSuccess: failure == nil,
            outputLine: output.serialized(), timingLine: record(id, line: line).serialized(), answer: nil)
    }

    /// A status with hostile texts in all places.
    static func status(_ batches: [SpoolStatus.Batch] = []) -> SpoolStatus {
        var status = SpoolStatus(state: .blocked, message: hostile, version: hostile)
        status.queued = 1234
        status.tokensPerSecond = 134
        status.lanes = [
            .init(
                engineID: hostile, depth: 3, pMin: 0.75, usesNgrams: true, slots: 4, busySlots: 3,
                processID: nil, engine: hostile, model: hostile)
        ]
        status.engineTroubles = [.init(engineID: hostile, reason: hostile)]
        status.failedSettings = [
            .init(depth: 2, pMin: 0, usesNgrams: false, starts: 3, reason: hostile, retryAt: Date())
        ]
        status.hooks = .init(waiting: 2, failing: 1, error: hostile)
        status.speeds = [
            .init(workload: hostile, depth: nil, answers: 3, mean: 40, deviation: 2.5),
            .init(workload: "code", depth: 0, answers: 1, mean: 30, deviation: nil),
        ]
        status.laneStarts = [
            .init(
                at: Date(), engineID: nil, engine: "llama-server " + hostile, depth: 1, pMin: 0,
                usesNgrams: false, slots: 2)
        ]
        status.batches = batches
        return status
    }
}
