import Glibc
import TestSupport
import Testing
import Workload

@testable import Speculation

/// What is measured by the clock overrides the model, and is claimed only where it was measured.
@Suite struct TimeAccountTests {
    private let depth3 = DraftSetting(depth: 3)
    private let code = Samples.prompt(.code)

    /// An engine of which steps and acceptance are known: 20 ms at off, 30 ms at depth 3, where 80 % are accepted.
    private func taught() throws -> LearnedModel {
        var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
        for _ in 0..<12 {
            model.learn(try Samples.observation(code, depth: 0, acceptance: 0, stepMilliseconds: 20))
            model.learn(try Samples.observation(code, depth: 3, acceptance: 0.8, stepMilliseconds: 30))
        }
        return model
    }

    /// Answers of 100 tokens that take `slowdown` times as long as the model says.
    private func learn(
        _ model: inout LearnedModel, _ setting: DraftSetting, slowdown: Double, answers: Int,
        _ traits: PromptTraits? = nil, isChosen: Bool = true, said: Double? = nil
    ) {
        let traits = traits ?? code
        let said = said ?? 100 / model.predict(traits, setting, busySlots: 1).tokensPerSecond
        for _ in 0..<answers {
            model.learn(
                AnswerTime(
                    traits: traits, setting: setting, busySlots: 1, generatedTokens: 100, readTokens: 0,
                    milliseconds: 1000 * said * slowdown, isChosen: isChosen))
        }
    }

    private func decide(_ model: LearnedModel) -> DraftSetting {
        DepthPolicy(candidates: [.off, depth3]).decide(code, model: model, busySlots: 1).setting
    }

    @Test func theClockOverridesTheModel() throws {
        var model = try taught()
        #expect(decide(model) == depth3)
        let said = 100 / model.predict(code, depth3, busySlots: 1).tokensPerSecond
        learn(&model, .off, slowdown: 1, answers: 8)
        learn(&model, depth3, slowdown: 3, answers: 20, said: said)
        #expect(decide(model) == .off)
        let shown = model.predict(code, depth3, busySlots: 1).tokensPerSecond
        #expect(abs(log(100 / shown / (3 * said))) < 0.2)
    }

    /// What every answer has in common, such as waiting for neighbours' prompts, speaks against no setting.
    @Test func whatIsCommonSpeaksAgainstNothing() throws {
        var model = try taught()
        let before = model.predict(code, depth3, busySlots: 1)
        learn(&model, depth3, slowdown: 1.3, answers: 30, said: 100 / before.tokensPerSecond)
        let after = model.predict(code, depth3, busySlots: 1)
        #expect(after.tokensPerSecond < 0.85 * before.tokensPerSecond)
        #expect(abs(after.speedup / before.speedup - 1) < 0.06)
        #expect(decide(model) == depth3)
    }

    /// A machine that became slower while only depth 3 ran did so for depth 0 too.
    @Test(arguments: [1.3, 0.77]) func aChangedMachineIsHeldAgainstNoSetting(change: Double) throws {
        var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
        let answer = { (setting: DraftSetting, seconds: Double) in
            AnswerTime(
                traits: self.code, setting: setting, busySlots: 1, generatedTokens: 100, readTokens: 0,
                milliseconds: 1000 * seconds, isChosen: true)
        }
        func run(_ setting: DraftSetting, at speed: Double, times: Int) throws {
            let step = setting.isDrafting ? 56.67 : 20.0
            for _ in 0..<times {
                model.learn(
                    try Samples.observation(
                        code, depth: setting.depth, acceptance: setting.isDrafting ? 0.8 : 0,
                        stepMilliseconds: step * speed))
                model.learn(answer(setting, speed * (setting.isDrafting ? 2 / 1.2 : 2)))
            }
        }
        try run(.off, at: 1, times: 10)
        try run(depth3, at: 1, times: 20)
        try run(depth3, at: change, times: 80)
        let now = answer(depth3, change * 2 / 1.2)
        let off = try #require(model.timeAtOff(now))
        let speedup = off.engineSeconds / now.engineSeconds
        #expect(abs(log(speedup / 1.2)) < 0.1, "\(speedup)")
        #expect(off.range.contains(change * 2), "\(off.range)")
        #expect(decide(model) == depth3)
    }

    /// What was timed long ago is not claimed as measured for ever.
    @Test func aPlaceThatIsNotVisitedFades() throws {
        var model = try taught()
        learn(&model, .off, slowdown: 1, answers: 6)
        let answer = AnswerTime(
            traits: code, setting: depth3, busySlots: 1, generatedTokens: 100, readTokens: 0,
            milliseconds: 1000, isChosen: true)
        #expect(model.timeAtOff(answer)?.isMeasured == true)
        let fresh = try #require(model.timeAtOff(answer)?.range)
        learn(&model, depth3, slowdown: 1, answers: 1500)
        let old = try #require(model.timeAtOff(answer)?.range)
        #expect(log(old.upperBound / old.lowerBound) > 1.5 * log(fresh.upperBound / fresh.lowerBound))
        learn(&model, depth3, slowdown: 1, answers: 6500)
        #expect(model.timeAtOff(answer)?.isMeasured == false)
    }

    /// A batch's last answers, with few beside them, are timed at a place too.
    @Test(arguments: [1.0, 1.3, 1.4, 1.49]) func everyNumberOfRequestsHasAPlace(busySlots: Double) throws {
        var model = try taught()
        learn(&model, .off, slowdown: 1, answers: 6)
        let answer = AnswerTime(
            traits: code, setting: depth3, busySlots: busySlots, generatedTokens: 100, readTokens: 0,
            milliseconds: 1000, isChosen: true)
        #expect(model.timeAtOff(answer)?.isMeasured == true)
    }

    @Test func oneSurpriseIsMeasuredAgain() throws {
        var model = try taught()
        let said = 100 / model.predict(code, depth3, busySlots: 1).tokensPerSecond
        learn(&model, .off, slowdown: 1, answers: 5)
        learn(&model, depth3, slowdown: 1, answers: 5, said: said)
        let before = model.predict(code, depth3, busySlots: 1).tokensPerSecond
        learn(&model, depth3, slowdown: 20, answers: 1, said: said)
        let once = model.predict(code, depth3, busySlots: 1).tokensPerSecond
        #expect(once > 0.9 * before)
        #expect(decide(model) == depth3)
        learn(&model, depth3, slowdown: 20, answers: 6, said: said)
        #expect(decide(model) == .off)
    }

    @Test func nothingIsClaimedThatWasNotTimed() throws {
        var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
        let answer = AnswerTime(
            traits: code, setting: depth3, busySlots: 1, generatedTokens: 100, readTokens: 0,
            milliseconds: 1000, isChosen: true)
        for _ in 0..<10 {
            model.learn(try Samples.observation(code, depth: 3, acceptance: 0.8, stepMilliseconds: 30))
            model.learn(answer)
        }
        #expect(model.timeAtOff(answer) == nil)
        model.learnProbe(
            try Samples.observation(Samples.prompt(.math), depth: 0, acceptance: 0, stepMilliseconds: 20))
        let predicted = try #require(model.timeAtOff(answer))
        #expect(!predicted.isMeasured && predicted.range.contains(predicted.engineSeconds))
        learn(&model, .off, slowdown: 1, answers: 6, said: 2)
        let measured = try #require(model.timeAtOff(answer))
        #expect(measured.isMeasured && abs(log(measured.engineSeconds / 2)) < 0.1)
        #expect(measured.range.contains(2))
        var other = answer
        other.traits = Samples.prompt(.creative)
        #expect(model.timeAtOff(other)?.isMeasured == false)
        other.traits = code
        other.busySlots = 4
        #expect(model.timeAtOff(other)?.isMeasured == false)
    }

    /// A kind stays at what it runs at until a gain is probable, and goes back as soon as one is expected.
    @Test func anIncumbentIsLeftForAProbableGainOnly() throws {
        let prose = Samples.prompt(.analysis)
        var model = LearnedModel(fingerprint: Samples.engine("Q5_K - Medium"))
        for _ in 0..<3 {
            model.learn(try Samples.observation(prose, depth: 0, acceptance: 0, stepMilliseconds: 20))
        }
        let free = DepthPolicy(candidates: [.off, depth3])
        #expect(free.decide(prose, model: model, busySlots: 1).setting == depth3)
        learn(&model, .off, slowdown: 1, answers: 3, prose)
        let kept = free.decide(prose, model: model, busySlots: 1)
        #expect(kept.setting == .off, "\(kept.reason)")
        #expect(kept.reason.contains("not sure enough"), "\(kept.reason)")
        for _ in 0..<6 {
            model.learn(try Samples.observation(prose, depth: 3, acceptance: 0.8, stepMilliseconds: 30))
        }
        learn(&model, depth3, slowdown: 1, answers: 6, prose)
        #expect(free.decide(prose, model: model, busySlots: 1).setting == depth3)
        // From here on depth 3 is what code runs at; off, where it came from, needs no proof.
        let said = 100 / model.predict(prose, depth3, busySlots: 1).tokensPerSecond
        learn(&model, depth3, slowdown: 5, answers: 12, prose, said: said)
        let back = free.decide(prose, model: model, busySlots: 1)
        #expect(back.setting == .off)
        let shown = model.predict(prose, depth3, busySlots: 1).speedup
        #expect(back.reason.contains(Figures.times(shown)), "\(back.reason)")
    }

    /// Lanes and single decisions are as careful as each other.
    @Test func thePlannerChoosesWhatIsDecided() throws {
        var generator = SeededGenerator(seed: 7)
        let settings = [0, 1, 2, 3].map { DraftSetting(depth: $0) }
        for _ in 0..<60 {
            var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
            for setting in settings.shuffled(using: &generator) {
                for _ in 0..<Int.random(in: 0...3, using: &generator) {
                    model.learn(
                        try Samples.observation(
                            code, depth: setting.depth,
                            acceptance: setting.isDrafting ? Double.random(in: 0.4...0.9, using: &generator) : 0,
                            stepMilliseconds: 20 * (1 + 0.3 * Double(setting.depth))
                                * Double.random(in: 0.9...1.1, using: &generator)))
                }
                learn(
                    &model, setting, slowdown: Double.random(in: 0.8...1.25, using: &generator),
                    answers: Int.random(in: 0...4, using: &generator))
            }
            var kind = BacklogClass.classes(
                of: [BacklogEntry(key: "a", traits: code, prompts: 10, expectedTokens: 100)], model: model)[0]
            kind.fill(settings: settings, candidates: settings, busySlots: [1, 1, 1, 1], model: model)
            let decided = DepthPolicy(candidates: settings).decide(code, model: model, busySlots: 1)
            #expect(settings[kind.best] == decided.setting, "\(decided.reason)")
        }
    }

    /// After a return a further change is to be probable again.
    @Test func aTieIsNoReasonToGoToAndFro() {
        var incumbents = Incumbents()
        let kind = PromptKind(code)
        incumbents.note(kind, .off)
        #expect(incumbents.rival(of: depth3, for: kind) == .off)
        incumbents.note(kind, depth3)
        #expect(incumbents.rival(of: .off, for: kind) == nil)
        incumbents.note(kind, .off)
        #expect(incumbents.rival(of: depth3, for: kind) == .off)
    }

    @Test func nonsenseTeachesNothing() throws {
        var model = try taught()
        let before = model
        for (tokens, milliseconds) in [(0, 100.0), (10, 0), (10, -1), (10, .nan), (10, .infinity)] {
            model.learn(
                AnswerTime(
                    traits: code, setting: .off, busySlots: 1, generatedTokens: tokens, readTokens: 0,
                    milliseconds: milliseconds, isChosen: true))
        }
        #expect(model == before)
    }
}
