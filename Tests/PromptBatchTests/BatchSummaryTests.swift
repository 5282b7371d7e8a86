import Foundation
import JSON
import PromptBatch
import Testing

@Suite("Batch summaries")
struct BatchSummaryTests {
    private func builder() -> BatchSummaryBuilder {
        BatchSummaryBuilder(
            batchID: "b1", input: "in.jsonl", format: .simpleJSONL, startedAt: SampleRecords.start)
    }

    @Test("adds up totals and a row for each workload and setting, in order")
    func addsUp() {
        var builder = builder()
        builder.add(
            SampleRecords.timing(
                workload: .creative, depth: 0, drafted: 0, accepted: 0, speedup: TimingRecord.Speedup.none),
            succeeded: true)
        builder.add(
            SampleRecords.timing(
                generated: 100, generationMilliseconds: 1_000, totalMilliseconds: 1_000,
                speedup: SampleRecords.speedup(1)),
            succeeded: true)
        builder.add(
            SampleRecords.timing(
                generated: 300, generationMilliseconds: 3_000, totalMilliseconds: 3_000,
                speedup: SampleRecords.speedup(2)),
            succeeded: true)
        builder.add(SampleRecords.timing(depth: 3, pMin: 0.75), succeeded: true)
        builder.add(SampleRecords.timing(depth: 1), succeeded: false)
        builder.addFailedPrompt()
        builder.addUnreadableLine()
        let summary = builder.summary(finishedAt: SampleRecords.start.addingTimeInterval(10))

        #expect(summary.totals.prompts == 6 && summary.totals.succeeded == 4)
        #expect(summary.totals.failed == 2 && summary.totals.unreadable == 1)
        #expect(summary.totals.generatedTokens == 700)
        #expect(summary.totals.tokensPerSecond == 70)
        #expect(summary.totals.acceptance == 240.0 / 360)
        #expect(
            summary.table.map { "\($0.workload) \($0.depth ?? -1) \($0.pMin) \($0.prompts)" }
                == ["code 3 0.0 2", "code 3 0.75 1", "creative 0 0.0 1"])
        #expect(summary.table[0].tokensPerSecond == 100)
        #expect(summary.table[0].speedup?.value == 1.75)
        #expect(abs((summary.table[0].speedup?.low ?? 0) - 0.9 * 1.75) < 1e-9)
        #expect(summary.table[2].acceptance == nil)
    }

    @Test("an empty batch has no rates")
    func empty() {
        let summary = builder().summary(finishedAt: SampleRecords.start)
        #expect(summary.engine == nil && summary.table.isEmpty)
        #expect(summary.totals == SummaryTotals())
    }

    @Test("what engines do not tell is left out of the means, not counted as nothing")
    func unknown() {
        var builder = builder()
        var unknown = SampleRecords.unknown
        unknown.decision.depth = 3
        builder.add(unknown, succeeded: true)
        builder.add(SampleRecords.timing(workload: .math, generationMilliseconds: 1_000), succeeded: true)
        let row = builder.summary(finishedAt: SampleRecords.start).table[0]
        #expect(row.prompts == 2 && row.tokensPerSecond == 100 && row.speedup?.value == 1.5)
    }

    @Test(
        "what was saved: shares of the engine's time, less what changes took; nothing where one prompt's is not measured"
    )
    func savings() throws {
        var builder = builder()
        builder.add(
            SampleRecords.timing(totalMilliseconds: 4_000, speedup: SampleRecords.speedup(2)), succeeded: true
        )
        builder.add(
            SampleRecords.timing(
                workload: .creative, depth: 0, totalMilliseconds: 6_000, changeMilliseconds: 500,
                speedup: TimingRecord.Speedup.none), succeeded: true)
        builder.addUnreadableLine()
        let totals = builder.summary(finishedAt: SampleRecords.start).totals
        // Two busy slots: 2 s and 3 s of the engine, and half a second for a change.
        let saved = try #require(totals.savedSeconds)
        #expect(abs(saved.value - 1.5) < 1e-9 && abs(saved.low - 1.1) < 1e-9 && abs(saved.high - 1.9) < 1e-9)
        #expect(abs((totals.speedup?.value ?? 0) - (5.5 + 1.5) / 5.5) < 1e-9)
        // A prompt that failed had no part in what was saved, but a change before it took its time.
        var failed = SampleRecords.timing(changeMilliseconds: 250, speedup: nil)
        failed.tokens = .init(prompt: nil, cached: nil, generated: nil, drafted: nil, accepted: nil)
        var further = builder
        further.add(failed, succeeded: false)
        let less = try #require(further.summary(finishedAt: SampleRecords.start).totals.savedSeconds)
        #expect(abs(less.value - 1.25) < 1e-9)
        for doubtful in [SampleRecords.speedup(2, basis: .predicted), nil] {
            var other = builder
            other.add(SampleRecords.timing(speedup: doubtful), succeeded: true)
            let totals = other.summary(finishedAt: SampleRecords.start).totals
            #expect(totals.savedSeconds == nil && totals.speedup == nil)
        }
    }

    @Test("reads back through Codable")
    func codable() throws {
        var builder = builder()
        builder.add(SampleRecords.timing(), succeeded: true)
        let summary = builder.summary(finishedAt: SampleRecords.start.addingTimeInterval(2))
        let read = try JSONDecoder().decode(BatchSummary.self, from: Data(summary.serialized()))
        #expect(read.json == summary.json)
        #expect(try JSONDecoder().decode(BatchSummary.self, from: JSONEncoder().encode(read)) == read)
        #expect(
            summary.json.objectValue?.keys == [
                "batch_id", "input", "input_inode", "input_bytes", "input_modified_at", "format", "engine",
                "totals", "table", "started_at", "finished_at",
            ])
    }

    @Test("the input's inode number is kept whole, and what is not known of a file is no identity")
    func inputFile() throws {
        let file = FileIdentity(inode: .max - 1, bytes: 7, modifiedAt: SampleRecords.start)
        let builder = BatchSummaryBuilder(
            batchID: "b1", input: "in.jsonl", inputFile: file, format: .simpleJSONL,
            startedAt: SampleRecords.start)
        let json = builder.summary(finishedAt: SampleRecords.start).json
        #expect(try read(json).inputFile == file)
        guard case .object(var object) = json else { throw RecordError(message: "no object") }
        object["input_bytes"] = nil
        #expect(try read(.object(object)).inputFile == nil)
    }

    private func read(_ json: JSON) throws -> BatchSummary {
        try JSONDecoder().decode(BatchSummary.self, from: Data(json.serialized()))
    }
}
