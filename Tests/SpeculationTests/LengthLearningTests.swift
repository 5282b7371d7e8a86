import Speculation
import TestSupport
import Testing
import Workload

@Suite struct LengthLearningTests {
    private func model() -> LearnedModel { LearnedModel(fingerprint: Samples.engine("Q4_K - Medium")) }

    @Test func thePriorHoldsUntilAnswersCame() {
        #expect(model().expectedTokens(Samples.prompt(.code), prior: 400) == 400)
        var capped = Samples.prompt(.code)
        capped.maximumTokens = 128
        #expect(model().expectedTokens(capped, prior: 400) == 128)
    }

    @Test func workloadsAndTemplatesAreToldApart() {
        var model = model()
        for _ in 0..<30 {
            model.countGenerated(Samples.prompt(.code), tokens: 700, read: 100)
            model.countGenerated(
                Samples.prompt(.factual, template: "short"), tokens: 10, read: 100)
            model.countGenerated(
                Samples.prompt(.factual, template: "long"), tokens: 200, read: 100)
        }
        func expected(_ workload: Workload, _ template: String? = nil) -> Double {
            model.expectedTokens(Samples.prompt(workload, template: template), prior: 400)
        }
        #expect((650...700).contains(expected(.code)))
        #expect((90...130).contains(expected(.factual)))
        #expect((10...25).contains(expected(.factual, "short")))
        #expect((180...200).contains(expected(.factual, "long")))
        #expect((250...350).contains(expected(.creative)), "as all others")
        #expect(model.summary.lengths.map(\.workload) == [.code, .factual])
    }

    @Test func aChangeIsFollowed() {
        var model = model()
        for tokens in [Int](repeating: 1000, count: 300) + [Int](repeating: 50, count: 150) {
            model.countGenerated(
                Samples.prompt(.code, template: "t"), tokens: tokens, read: 100)
        }
        #expect(model.expectedTokens(Samples.prompt(.code, template: "t"), prior: 400) < 120)
    }

    /// Whatever came: an expectation lies among the prior and what was seen, and within what is asked for.
    @Test(arguments: 0..<50) func expectationsAreBounded(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var model = model()
        var (least, most) = (400.0, 400.0)
        for _ in 0..<Int.random(in: 1...60, using: &generator) {
            let tokens = Int.random(in: 0...5000, using: &generator)
            (least, most) = (min(least, Double(tokens)), max(most, Double(tokens)))
            let workload = try #require(Workload.allCases.randomElement(using: &generator))
            model.countGenerated(
                Samples.prompt(
                    workload, thinking: Bool.random(using: &generator),
                    template: "t\(Int.random(in: 0...3, using: &generator))", batch: "b"),
                tokens: tokens, read: 100)
            var asked = Samples.prompt(workload, template: "t1", batch: "b")
            #expect((max(1, least)...most).contains(model.expectedTokens(asked, prior: 400)))
            asked.maximumTokens = 77
            #expect(model.expectedTokens(asked, prior: 400) <= 77)
        }
    }

    @Test func foreverNewTemplatesDoNotFillTheState() throws {
        var model = model()
        for index in 0..<5000 {
            model.countGenerated(
                Samples.prompt(.code, template: "t\(index)"), tokens: 9, read: 100)
        }
        #expect(try model.encoded().count < 200_000)
    }
}
