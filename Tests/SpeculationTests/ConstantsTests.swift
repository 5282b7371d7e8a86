import Glibc
import Testing

@testable import Speculation

/// What is assumed can be changed, for the ablation, and is not kept with what was learned.
@Suite struct ConstantsTests {
    private func taught(_ change: (inout Constants) -> Void) throws -> LearnedModel {
        var constants = Constants()
        change(&constants)
        var model = LearnedModel(
            fingerprint: Samples.engine("Q8_0"), priors: .published, constants: constants)
        for _ in 0..<6 {
            for depth in [0, 3] {
                model.learn(
                    try Samples.observation(
                        Samples.prompt(.code, template: "t", batch: "b"), depth: depth, acceptance: 0.3,
                        stepMilliseconds: depth == 0 ? 20 : 90))
            }
            model.learnReading(.off, tokens: 100, milliseconds: 500)
            model.countGenerated(Samples.prompt(.code), tokens: 100, read: 1000)
        }
        return model
    }

    private func prediction(_ model: LearnedModel) -> Prediction {
        model.predict(
            Samples.prompt(.code, template: "t", batch: "b"), DraftSetting(depth: 3), busySlots: 1)
    }

    @Test func aLevelThatIsLeftOutLearnsLess() throws {
        let whole = prediction(try taught { _ in })
        let without = prediction(
            try taught {
                $0.acceptance.batch = nil
                $0.acceptance.template = nil
            })
        #expect(whole.tokensPerStep < without.tokensPerStep)
    }

    @Test func aShapeThatIsHeldMissesWhatWasMeasured() throws {
        func error(_ model: LearnedModel) -> Double {
            [(0, 20.0), (3, 90)].reduce(0) { sum, measured in
                let said = model.predict(
                    Samples.prompt(.code), DraftSetting(depth: measured.0), busySlots: 1)
                return sum + abs(log(said.stepMilliseconds / measured.1))
            }
        }
        #expect(error(try taught { _ in }) < 0.2)
        let held = try taught {
            $0.costs.deviations = [2.5, 1e-3, 1e-3, 1e-3]
            $0.costs.commonDeviation = 1e-3
            $0.costs.misfit = 1e-3
        }
        #expect(error(held) > 0.5)
    }

    @Test func readingsThatAreNotKeptCostNothing() throws {
        let without = prediction(try taught { $0.reading.readings = 0 })
        #expect(abs(without.totalTokensPerSecond / without.tokensPerSecond - 1) < 1e-12)
        let whole = prediction(try taught { _ in })
        #expect(whole.totalTokensPerSecond < whole.tokensPerSecond)
    }

    @Test func whatIsReadBackWorksWithTheDefaults() throws {
        let model = try taught { $0.costs.misfit = 0.01 }
        let read = try LearnedModel(encoded: model.encoded(), expecting: model.fingerprint)
        #expect(read.constants == Constants())
    }
}
