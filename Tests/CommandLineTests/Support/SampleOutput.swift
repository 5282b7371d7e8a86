import Foundation
import PromptBatch
import Workload

@testable import draftspool

/// An output directory as the daemon writes it.
struct SampleOutput {
    let directory: String
    private let start = Date(timeIntervalSince1970: 1_764_000_000)

    /// Writes one answered prompt at depth 3, one failed at depth 0, and one line that could not be read.
    init(in parent: String, name: String = "job", input: String = "job.jsonl") throws {
        directory = parent + "/" + name
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let code = record("code-1", line: 1, .code, depth: 3, drafted: 60, accepted: 45)
        let poem = record("poem", line: 2, .creative, depth: 0, drafted: 0, accepted: 0)
        let answer = OutputLine(
            id: "batch_req_b-1", customID: "code-1",
            response: .init(
                statusCode: 200, requestID: nil,
                body: ["choices": [["message": ["content": "def f():\n    return 語"]]]]), error: nil)
        let failure = OutputLine(
            id: "batch_req_b-2", customID: "poem", response: nil,
            error: .init(code: "engine_error", message: "the engine ended"))
        let problem = OutputLine(
            problem: PromptProblem(.invalidJSON, "The line is not valid JSON.", remedy: "Mend it.", line: 3),
            batchID: "b")
        var builder = BatchSummaryBuilder(
            batchID: "b", input: input, format: .simpleJSONL, startedAt: start)
        builder.add(code, succeeded: true)
        builder.add(poem, succeeded: false)
        builder.addUnreadableLine()
        try write("output.jsonl", [answer.serialized()])
        try write("errors.jsonl", [failure.serialized(), problem.serialized()])
        try write("timing.jsonl", [code.serialized(), poem.serialized()])
        try write(
            "summary.json", [builder.summary(finishedAt: start.addingTimeInterval(10)).serialized()])
    }

    /// Writes one answer `of ID` for each of some ids.
    init(in parent: String, answers ids: [String]) throws {
        directory = parent + "/answers"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let lines = ids.enumerated().map { index, id in
            OutputLine(
                id: "batch_req_b-\(index + 1)", customID: id,
                response: .init(
                    statusCode: 200, requestID: nil,
                    body: ["choices": [["message": ["content": .string("of \(id)")]]]]), error: nil)
        }
        let records = ids.enumerated().map { index, id in
            record(id, line: index + 1, .code, depth: 0, drafted: 0, accepted: 0)
        }
        try write("output.jsonl", lines.map { $0.serialized() })
        try write("timing.jsonl", records.map { $0.serialized() })
    }

    private func record(
        _ id: String, line: Int, _ workload: Workload, depth: Int, drafted: Int, accepted: Int
    ) -> TimingRecord {
        let tokens = TimingRecord.TokenCounts(
            prompt: 10, cached: 0, generated: 100, drafted: drafted, accepted: accepted)
        return TimingRecord(
            customID: id, line: line, workload: .init(label: workload, confidence: 0.93, source: .classifier),
            decision: .init(
                depth: depth, pMin: 0, reason: "as the test says", source: .prior,
                predicted: .init(acceptance: 0.8, tokensPerSecond: 40, baselineTokensPerSecond: 25)),
            engine: .init(name: "llama-server"), tokens: tokens,
            timing: .init(
                queuedMilliseconds: 5, promptMilliseconds: 10, generationMilliseconds: 2_000,
                totalMilliseconds: 2_010, tokensPerSecond: 50, basis: .engine, busySlots: 1),
            speculation: .init(
                tokens: tokens,
                speedup: depth > 0
                    ? .init(Estimate(value: 1.62, low: 1.5, high: 1.75), basis: .measured)
                    : TimingRecord.Speedup.none),
            attempts: 1,
            startedAt: start, finishedAt: start.addingTimeInterval(2))
    }

    private func write(_ name: String, _ lines: [[UInt8]]) throws {
        try Data(lines.flatMap { $0 + [0x0A] }).write(to: URL(fileURLWithPath: directory + "/" + name))
    }
}
