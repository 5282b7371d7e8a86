import Speculation
import TestSupport
import Testing
import Workload

/// Lookups of n-grams are chosen where a gain was measured, and nowhere else.
@Suite struct NgramGainTests {
    private let lookups = DraftSetting(depth: 0, usesNgrams: true)

    /// Code and creative prompts at off with 40 ms a token, and with lookups at `factor` times that speed.
    private func model(_ factors: [Workload: Double], requests: Int = 6, scatter: Double = 0) throws
        -> LearnedModel
    {
        var generator = SeededGenerator(seed: 5)
        var model = LearnedModel(fingerprint: Samples.engine("Q4_K - Medium"))
        for workload in [Workload.code, .creative] {
            for _ in 0..<12 {
                model.learn(
                    try Samples.observation(
                        Samples.prompt(workload), depth: 0, acceptance: 0, stepMilliseconds: 40))
            }
        }
        for (workload, factor) in factors.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for _ in 0..<requests {
                let noise = scatter > 0 ? 1 + Double.random(in: -scatter...scatter, using: &generator) : 1
                model.learn(
                    try Observation(
                        traits: Samples.prompt(workload), setting: lookups, generatedTokens: 300,
                        draftedTokens: 300, acceptedTokens: 200,
                        generationMilliseconds: 300 * 40 / factor * noise))
            }
        }
        return model
    }

    private func decide(_ workload: Workload, _ model: LearnedModel) -> Decision {
        DepthPolicy(candidates: [.off]).adding(ngramSettings: model.gainfulNgramSettings)
            .decide(Samples.prompt(workload), model: model, busySlots: 1)
    }

    @Test func aMeasuredGainIsUsedForItsWorkloadOnly() throws {
        let model = try model([.code: 1.6, .creative: 0.8])
        #expect(model.gainfulNgramSettings == [lookups])
        let code = decide(.code, model)
        #expect(code.setting == lookups)
        #expect(code.reason.contains("n-grams"), "\(code.reason)")
        #expect(abs(code.prediction.speedup - 1.6) < 0.05, "\(code.reason)")
        #expect(decide(.creative, model).setting == .off)
        #expect(decide(.math, model).setting == .off)
    }

    @Test func nothingIsBelievedUnmeasuredOrUnsure() throws {
        #expect(try model([:]).gainfulNgramSettings.isEmpty)
        #expect(try model([.code: 1.6], requests: 1).gainfulNgramSettings.isEmpty)
        #expect(try model([.code: 1.02], requests: 4, scatter: 0.4).gainfulNgramSettings.isEmpty)
        #expect(try model([.code: 0.5]).gainfulNgramSettings.isEmpty)
        #expect(decide(.code, try model([:])).setting == .off)
    }

    @Test func aGainThatVanishesIsNotUsedAnyMore() throws {
        var model = try model([.code: 1.5])
        for _ in 0..<40 {
            model.learn(
                try Observation(
                    traits: Samples.prompt(.code), setting: lookups, generatedTokens: 300,
                    draftedTokens: 300, acceptedTokens: 0, generationMilliseconds: 300 * 40 * 1.3))
        }
        #expect(decide(.code, model).setting == .off)
    }

    @Test func lookupsTeachNothingOfStepsAndAcceptance() throws {
        let without = try model([:])
        let with = try model([.code: 1.6])
        for depth in [0, 1, 3] {
            let setting = DraftSetting(depth: depth)
            let before = without.predict(Samples.prompt(.code), setting, busySlots: 1)
            #expect(before == with.predict(Samples.prompt(.code), setting, busySlots: 1))
        }
        #expect(with.lastSetting == .off)
        #expect(with.hasMeasuredCost(of: lookups))
    }

    @Test func aBatchThatGainsGetsALaneWithLookups() throws {
        let model = try model([.code: 1.6])
        let backlog = [
            BacklogEntry(key: "code", traits: Samples.prompt(.code), prompts: 50, expectedTokens: 300),
            BacklogEntry(key: "story", traits: Samples.prompt(.creative), prompts: 50, expectedTokens: 300),
        ]
        let policy = DepthPolicy(candidates: [.off]).adding(ngramSettings: model.gainfulNgramSettings)
        let plan = LanePlanner().plan(
            backlog: [backlog[0]], running: LaneState(setting: .off, switchCostSeconds: 5, slots: 1),
            model: model, policy: policy)
        #expect(plan.setting == lookups && plan.switches)
        let both = LanePlanner().plan(
            backlog: backlog, running: LaneState(setting: .off, switchCostSeconds: 5, slots: 1),
            model: model, policy: policy)
        #expect(both.setting == .off)
        #expect(both.assignments.map(\.key) == ["story"])
    }

    @Test func gainsAreKept() throws {
        let model = try model([.code: 1.6])
        let kept = try LearnedModel(encoded: model.encoded(), expecting: model.fingerprint)
        #expect(kept.gainfulNgramSettings == [lookups])
        let row = try #require(kept.summary.times.first)
        #expect(row.workload == .code && row.setting == lookups && abs(row.tokensPerSecond / 40 - 1) < 0.05)
    }
}
