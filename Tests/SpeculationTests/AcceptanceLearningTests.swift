import Foundation
import Speculation
import TestSupport
import Testing
import Workload

@Suite struct AcceptanceLearningTests {
    /// A request with drafts drawn step by step from a curve.
    static func drawn(
        _ traits: PromptTraits, _ curve: AcceptanceCurve, depth: Int, steps: Int = 60,
        perPosition: Bool = false,
        using generator: inout SeededGenerator
    ) throws -> Observation {
        var counts = Array(repeating: 0, count: depth)
        for _ in 0..<steps {
            var rate = curve.alpha
            for position in 0..<depth {
                guard generator.uniform(0...1) < rate else { break }
                counts[position] += 1
                rate *= curve.gamma
            }
        }
        let accepted = counts.reduce(0, +)
        return try Observation(
            traits: traits, setting: DraftSetting(depth: depth), generatedTokens: steps + accepted,
            draftedTokens: steps * depth, acceptedTokens: accepted,
            generationMilliseconds: Double(steps) * 30, acceptedPerPosition: perPosition ? counts : nil)
    }

    static func tokensPerStep(_ model: LearnedModel, _ traits: PromptTraits, _ depth: Int) -> Double {
        model.predict(traits, DraftSetting(depth: depth), busySlots: 1).tokensPerStep
    }

    @Test func shrinkageConvergesToTheTruth() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<12 {
            let truth = AcceptanceCurve(
                alpha: generator.uniform(0.15...0.98), gamma: generator.uniform(0.8...1))
            var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
            let traits = Samples.prompt(.analysis)
            let before = abs(log(Self.tokensPerStep(model, traits, 3) / truth.tokensPerStep(depth: 3)))
            for count in 0..<150 {
                let depth = [1, 3, 5][count % 3]
                model.learn(try Self.drawn(traits, truth, depth: depth, using: &generator))
                if count == 5 {
                    let after = abs(
                        log(Self.tokensPerStep(model, traits, 3) / truth.tokensPerStep(depth: 3)))
                    #expect(after < max(0.06, before))
                }
            }
            for depth in [1, 2, 3, 5, 7] {
                let error = Self.tokensPerStep(model, traits, depth) / truth.tokensPerStep(depth: depth) - 1
                #expect(abs(error) < 0.05, "depth \(depth) of \(truth)")
            }
        }
    }

    @Test func positionCountersTeachTheFall() throws {
        var generator = SeededGenerator(seed: 4)
        let truth = AcceptanceCurve(alpha: 0.9, gamma: 0.82)
        var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
        for _ in 0..<40 {
            model.learn(
                try Self.drawn(
                    Samples.prompt(.code), truth, depth: 3, perPosition: true, using: &generator))
        }
        let atFive = Self.tokensPerStep(model, Samples.prompt(.code), 5)
        #expect(abs(atFive / truth.tokensPerStep(depth: 5) - 1) < 0.05)
    }

    /// A template of its own kind is told apart within a few prompts, and leaves its workload alone afterwards.
    @Test func templatesLearnFastAndStayApart() throws {
        var generator = SeededGenerator(seed: 5)
        let usual = AcceptanceCurve(alpha: 0.9, gamma: 0.97)
        let odd = AcceptanceCurve(alpha: 0.35, gamma: 0.9)
        var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
        for index in 0..<60 {
            model.learn(
                try Self.drawn(
                    Samples.prompt(.code, template: "t\(index % 6)", batch: "a"), usual, depth: 3,
                    using: &generator))
        }
        let template = Samples.prompt(.code, template: "odd", batch: "a")
        for _ in 0..<4 { model.learn(try Self.drawn(template, odd, depth: 3, using: &generator)) }
        let learned = Self.tokensPerStep(model, template, 3)
        #expect(abs(learned / odd.tokensPerStep(depth: 3) - 1) < 0.15)
        let others = Self.tokensPerStep(model, Samples.prompt(.code, template: "t1", batch: "a"), 3)
        #expect(abs(others / usual.tokensPerStep(depth: 3) - 1) < 0.08)
    }

    @Test func thinkingIsItsOwnGroup() throws {
        var generator = SeededGenerator(seed: 7)
        var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
        let answering = Samples.prompt(.code)
        let thinking = Samples.prompt(.code, thinking: true)
        let prior = model.predict(thinking, DraftSetting(depth: 3), busySlots: 1).acceptance ?? 0
        #expect(abs(prior - 0.68) < 0.07)
        for _ in 0..<40 {
            model.learn(
                try Self.drawn(
                    answering, AcceptanceCurve(alpha: 0.95, gamma: 0.98), depth: 3, using: &generator))
            model.learn(
                try Self.drawn(
                    thinking, AcceptanceCurve(alpha: 0.6, gamma: 0.95), depth: 3, using: &generator))
        }
        #expect(Self.tokensPerStep(model, answering, 3) > 3.4)
        #expect(Self.tokensPerStep(model, thinking, 3) < 2.3)
    }

    @Test func orderOfObservationsHardlyMatters() throws {
        var generator = SeededGenerator(seed: 8)
        var observations: [Observation] = []
        for workload in [Workload.code, .creative, .factual] {
            let curve = AcceptanceCurve(alpha: generator.uniform(0.3...0.95), gamma: 0.95)
            for depth in [1, 3, 5] {
                for _ in 0..<8 {
                    observations.append(
                        try Self.drawn(
                            Samples.prompt(workload, confidence: 0.8), curve, depth: depth, using: &generator)
                    )
                }
            }
        }
        var speeds: [Double] = []
        for _ in 0..<4 {
            observations.shuffle(using: &generator)
            var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
            for observation in observations { model.learn(observation) }
            speeds.append(
                model.predict(Samples.prompt(.code), DraftSetting(depth: 3), busySlots: 1).tokensPerSecond)
        }
        #expect((speeds.max() ?? 0) / (speeds.min() ?? 1) < 1.03)
    }

    /// Drafts under a threshold are learned as they come, whatever the prior thinks of the threshold.
    @Test func thresholdsAreLearnedAsTheyAre() throws {
        var model = LearnedModel(fingerprint: Samples.engine("BF16"))
        let setting = DraftSetting(depth: 3, pMin: 0.75)
        for _ in 0..<10 {
            model.learn(
                try Observation(
                    traits: Samples.prompt(.creative), setting: setting, generatedTokens: 115,
                    draftedTokens: 16, acceptedTokens: 15, generationMilliseconds: 2100))
        }
        let prediction = model.predict(Samples.prompt(.creative), setting, busySlots: 1)
        #expect(abs(prediction.draftsPerStep - 0.16) < 0.03)
        #expect(abs(prediction.tokensPerStep - 1.15) < 0.03)
        #expect(abs(prediction.stepMilliseconds - 21) < 1)
    }
}
