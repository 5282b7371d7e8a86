import Speculation
import TestSupport
import Testing
import Workload

/// Reading prompts costs time, and more of it where drafts are made.
@Suite struct ReadingCostTests {
    private let drafting = DraftSetting(depth: 3)

    /// Depth 3 generates 1.25 times as fast as off; answers of 100 tokens to prompts of `read`.
    private func model(read: Int, ratio: Double = 1.14) throws -> LearnedModel {
        var model = LearnedModel(fingerprint: Samples.engine("Q4_K - Medium"))
        for _ in 0..<24 {
            for (depth, milliseconds) in [(0, 40.0), (3, 80.0)] {
                model.learn(
                    try Samples.observation(
                        Samples.prompt(.summarization), depth: depth, acceptance: 0.5,
                        stepMilliseconds: milliseconds, steps: 100))
            }
            model.learnReading(.off, tokens: 500, milliseconds: 500 * 10)
            model.learnReading(drafting, tokens: 500, milliseconds: 500 * 10 * ratio)
            model.countGenerated(Samples.prompt(.summarization), tokens: 100, read: read)
        }
        return model
    }

    private func decide(_ model: LearnedModel) -> Decision {
        DepthPolicy(candidates: [.off, drafting]).decide(
            Samples.prompt(.summarization), model: model, busySlots: 1)
    }

    @Test func longPromptsWithShortAnswersAreNotDraftedFor() throws {
        #expect(decide(try model(read: 20)).setting == drafting)
        let long = decide(try model(read: 5000))
        #expect(long.setting == .off)
        #expect(long.reason.contains("reads its prompt slower"), "\(long.reason)")
        #expect(long.prediction.tokensPerSecond > 20, "of generation alone")
        #expect(decide(try model(read: 5000, ratio: 1)).setting == drafting)
    }

    @Test func speedOfAllSlotsIncludesReading() throws {
        let model = try model(read: 300)
        let prediction = model.predict(Samples.prompt(.summarization), .off, busySlots: 1)
        // 100 tokens of 40 ms and 300 of 10 ms.
        #expect(abs(prediction.totalTokensPerSecond - 100 / 7) < 1)
        #expect(abs(prediction.tokensPerSecond - 25) < 1)
    }

    @Test func withoutReadingsNothingIsCharged() throws {
        var model = LearnedModel(fingerprint: Samples.engine("Q4_K - Medium"))
        model.countGenerated(Samples.prompt(.code), tokens: 1, read: 10_000)
        model.learnReading(.off, tokens: 3, milliseconds: 1e6)
        model.learnReading(.off, tokens: 100, milliseconds: .infinity)
        model.learnReading(.off, tokens: 100, milliseconds: -1)
        let prediction = model.predict(Samples.prompt(.code), .off, busySlots: 1)
        #expect(prediction.totalTokensPerSecond == prediction.tokensPerSecond)
    }

    @Test func readingsAreKept() throws {
        let model = try model(read: 5000)
        let kept = try LearnedModel(encoded: model.encoded(), expecting: model.fingerprint)
        #expect(decide(kept).setting == .off)
    }
}
