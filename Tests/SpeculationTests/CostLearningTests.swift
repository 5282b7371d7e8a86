import Foundation
import Speculation
import TestSupport
import Testing
import Workload

@Suite struct CostLearningTests {
    let probe = Samples.prompt(.factual)

    private func learn(
        _ model: inout LearnedModel, depth: Int, milliseconds: Double, busySlots: Double = 1, times: Int = 1
    ) throws {
        for _ in 0..<times {
            model.learnProbe(
                try Samples.observation(
                    probe, depth: depth, acceptance: 0.7, stepMilliseconds: milliseconds, steps: 60,
                    busySlots: busySlots))
        }
    }

    private func step(_ model: LearnedModel, _ depth: Int, _ slots: Int = 1) -> Double {
        model.predict(probe, DraftSetting(depth: depth), busySlots: slots).stepMilliseconds
    }

    /// Whatever was observed, what is said of a step is a time, and what is said of engines not observed never falls.
    @Test func costsAreTimesAndDoNotFallUnmeasured() throws {
        var generator = SeededGenerator(seed: 11)
        for round in 0..<25 {
            var model = LearnedModel(
                fingerprint: Samples.engine(["Q4_K_M", "Q8_0", "BF16"][round % 3], slots: 8))
            for _ in 0..<(round < 3 ? 0 : Int.random(in: 1...25, using: &generator)) {
                try learn(
                    &model, depth: [0, 1, 2, 3, 5].randomElement(using: &generator) ?? 0,
                    milliseconds: generator.logUniform(3...300),
                    busySlots: Double(Int.random(in: 1...8, using: &generator)))
            }
            for slots in [1, 2, 4, 8] {
                var last = 0.0
                for depth in 0...8 {
                    let cost = step(model, depth, slots)
                    #expect(cost.isFinite && cost > 0)
                    if model.observationCount == 0 { #expect(cost > last) }
                    last = cost
                }
            }
            for depth in [0, 3] { #expect(step(model, depth, 16) >= step(model, depth, 12)) }
        }
    }

    @Test func stallsAndColdStartsDoNotMatter() throws {
        var generator = SeededGenerator(seed: 12)
        var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
        for index in 0..<40 {
            let stalled = index == 0 || index % 9 == 4
            let noise = exp(0.05 * generator.normal())
            try learn(&model, depth: 0, milliseconds: 40 * noise * (stalled ? 10 : 1))
            try learn(&model, depth: 3, milliseconds: 70 * noise * (index % 11 == 3 ? 8 : 1))
        }
        #expect(abs(step(model, 0) / 40 - 1) < 0.08)
        #expect(abs(step(model, 3) / 70 - 1) < 0.08)
    }

    /// A clock that changes moves every setting at once, also those that have not run since.
    @Test func aChangedClockIsNoticed() throws {
        var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
        try learn(&model, depth: 0, milliseconds: 40, times: 15)
        try learn(&model, depth: 3, milliseconds: 64, times: 15)
        try learn(&model, depth: 3, milliseconds: 64 * 1.5, times: 60)
        #expect(abs(step(model, 3) / 96 - 1) < 0.03)
        #expect(step(model, 0) > 50)
        let speedup = step(model, 3) / step(model, 0)
        #expect(abs(speedup / 1.6 - 1) < 0.15)
    }

    /// A linear engine is found from a few places and extrapolated to others within 10 %.
    @Test func unseenPlacesAreExtrapolated() throws {
        func truth(_ depth: Int, _ slots: Int) -> Double {
            let drafting = depth > 0 ? 0.1 : 0
            return 30 * (1 + 0.06 * Double(slots * (1 + depth) - 1) + drafting + 0.05 * Double(depth))
        }
        var model = LearnedModel(fingerprint: Samples.engine("Q8_0", slots: 8))
        for (depth, slots) in [(0, 1), (0, 8), (1, 1), (3, 1), (3, 8), (5, 4)] {
            try learn(
                &model, depth: depth, milliseconds: truth(depth, slots), busySlots: Double(slots), times: 6)
        }
        for depth in [0, 1, 2, 3, 4, 5] {
            for slots in [1, 2, 4, 6, 8] {
                #expect(abs(step(model, depth, slots) / truth(depth, slots) - 1) < 0.1)
            }
        }
    }

    /// The engine notes' table (2 threads, BF16 demo model): at four slots prose is best off and code best at depth
    /// 3; with one slot the confidence threshold is worth having. Step times follow from its tokens per second.
    @Test func theMeasuredSlotsTableIsReplayed() throws {
        var model = LearnedModel(fingerprint: Samples.engine("BF16", slots: 4))
        let rows: [(Workload, Int, Double, Double, Double)] = [
            (.code, 0, 0, 1, 51), (.creative, 0, 0, 1, 48), (.code, 0, 0, 4, 67), (.creative, 0, 0, 4, 75),
            (.code, 3, 0.97, 1, 60), (.creative, 3, 0.22, 1, 30),
            (.code, 3, 0.97, 4, 93), (.creative, 3, 0.22, 4, 41),
        ]
        for (workload, depth, acceptance, slots, total) in rows {
            let tokens = 1 + Double(depth) * acceptance
            for _ in 0..<3 {
                model.learn(
                    try Samples.observation(
                        Samples.prompt(workload), depth: depth, acceptance: acceptance,
                        stepMilliseconds: 1000 * tokens * slots / total, steps: 40, busySlots: slots))
            }
        }
        let policy = DepthPolicy(candidates: [.off, DraftSetting(depth: 3)])
        for slots in [1, 4] {
            let code = policy.decide(Samples.prompt(.code), model: model, busySlots: slots)
            let prose = policy.decide(Samples.prompt(.creative), model: model, busySlots: slots)
            #expect(code.setting.depth == 3, "\(code.reason)")
            #expect(prose.setting == .off, "\(prose.reason)")
        }
        let four = model.predict(Samples.prompt(.code), DraftSetting(depth: 3), busySlots: 4)
        #expect(abs(four.totalTokensPerSecond / 93 - 1) < 0.1)
        let unseen = model.predict(Samples.prompt(.creative), .off, busySlots: 2)
        #expect(abs(unseen.totalTokensPerSecond / 58 - 1) < 0.25)
    }
}
