import Foundation
import Speculation
import TestSupport
import Testing
import Workload

@Suite struct DepthPolicyTests {
    /// An engine whose steps cost 2.5 times as much at depth 3, with creative accepted at 0.44 and code at 0.95.
    private func taught() throws -> LearnedModel {
        var model = LearnedModel(fingerprint: Samples.engine("Q4_K - Medium", slots: 4))
        for _ in 0..<20 {
            model.learn(
                try Samples.observation(Samples.prompt(.code), depth: 0, acceptance: 0, stepMilliseconds: 40))
            model.learn(
                try Samples.observation(
                    Samples.prompt(.code), depth: 3, acceptance: 0.95, stepMilliseconds: 100))
            model.learn(
                try Samples.observation(
                    Samples.prompt(.creative), depth: 3, acceptance: 0.3, stepMilliseconds: 100))
        }
        return model
    }

    @Test func theReasonHoldsTheFigures() throws {
        let decision = DepthPolicy(candidates: [DraftSetting(depth: 3)]).decide(
            Samples.prompt(.creative, confidence: 0.91), model: try taught(), busySlots: 1)
        #expect(decision.setting == .off && decision.source == .learned)
        #expect(decision.reason.hasPrefix("creative 0.91: acceptance 0.3"), "\(decision.reason)")
        #expect(decision.reason.contains("tokens a step, a step costs 2.5× → 0."), "\(decision.reason)")
        #expect(
            decision.reason.hasSuffix("× (from steps and drafts measured here) at depth 3, so off"),
            "\(decision.reason)")
        #expect(decision.tokensPerSecond == decision.baselineTokensPerSecond)
        let code = DepthPolicy(candidates: [DraftSetting(depth: 3)]).decide(
            Samples.prompt(.code), model: try taught(), busySlots: 1)
        #expect(code.reason.hasSuffix("so depth 3"), "\(code.reason)")
        #expect(code.tokensPerSecond > 1.3 * code.baselineTokensPerSecond)
    }

    @Test func offIsAlwaysACandidate() {
        #expect(
            DepthPolicy(candidates: [DraftSetting(depth: 5)]).candidates == [.off, DraftSetting(depth: 5)])
        #expect(DepthPolicy(candidates: []).candidates == [.off])
        let model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
        let only = DepthPolicy(candidates: []).decide(Samples.prompt(.code), model: model, busySlots: 1)
        #expect(only.setting == .off && !only.reason.isEmpty)
    }

    @Test func overridesAreObeyedExactly() throws {
        let model = try taught()
        for depth in [0, 1, 4, 16] {
            let decision = DepthPolicy(
                candidates: DepthPolicy.defaultCandidates + [DraftSetting(depth: 3, pMin: 0.75)]
            ).decide(
                Samples.prompt(.creative), model: model, busySlots: 2, override: depth)
            #expect(decision.setting == DraftSetting(depth: depth))
            #expect(decision.source == .override)
            #expect(decision.reason.contains("as asked for"))
        }
    }

    /// Whatever was learned: the decision is the candidate of greatest predicted speed, and never slower than off.
    @Test func theBestCandidateIsChosen() throws {
        var generator = SeededGenerator(seed: 31)
        let policy = DepthPolicy(
            candidates: DepthPolicy.defaultCandidates + [DraftSetting(depth: 3, pMin: 0.75)])
        for round in 0..<40 {
            var model = LearnedModel(
                fingerprint: Samples.engine(["Q4_0", "Q8_0", "F16"][round % 3], slots: 8))
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                model.learn(
                    try Samples.observation(
                        Samples.prompt(Workload.allCases.randomElement(using: &generator) ?? .code),
                        depth: Int.random(in: 0...5, using: &generator),
                        acceptance: generator.uniform(0...1), stepMilliseconds: generator.logUniform(5...200),
                        busySlots: Double(Int.random(in: 1...8, using: &generator))))
            }
            let prompt = Samples.prompt(.factual, confidence: generator.uniform(0.2...1))
            let slots = Int.random(in: 1...8, using: &generator)
            let decision = policy.decide(prompt, model: model, busySlots: slots)
            for candidate in policy.candidates {
                let speed = model.predict(prompt, candidate, busySlots: slots).tokensPerSecond
                #expect(speed <= decision.tokensPerSecond * (1 + 1e-6))
            }
            #expect(decision == policy.decide(prompt, model: model, busySlots: slots))
        }
    }

    /// A prompt that is only probably creative takes the mean time of what it may be.
    @Test func uncertainWorkloadsMixByTime() throws {
        let model = try taught()
        let setting = DraftSetting(depth: 3)
        func seconds(_ traits: PromptTraits) -> Double {
            1 / model.predict(traits, setting, busySlots: 1).tokensPerSecond
        }
        let mixed = PromptTraits(
            distribution: WorkloadDistribution(
                probabilities: Workload.allCases.map { $0 == .code || $0 == .creative ? 0.5 : 0 }),
            temperature: 0.8)
        let mean = (seconds(Samples.prompt(.code)) + seconds(Samples.prompt(.creative))) / 2
        #expect(abs(seconds(mixed) / mean - 1) < 1e-9)
    }
}
