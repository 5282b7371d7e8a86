import TestSupport
import Testing
import Workload

@testable import Speculation

/// What a backlog is expected to take, and how far off that may be.
@Suite struct WorkForecastTests {
    private let policy = DepthPolicy(candidates: [.off, DraftSetting(depth: 3)])

    /// Step costs 40, 100 ms at depths 0, 3; code accepted at 0.95, creative at 0.3: code wants 3, creative off.
    private func taught() throws -> LearnedModel {
        var model = LearnedModel(fingerprint: Samples.engine("Q4_K - Medium"))
        for _ in 0..<20 {
            for (workload, depth, acceptance, cost) in [
                (Workload.code, 0, 0.0, 40.0), (.code, 3, 0.95, 100), (.creative, 3, 0.3, 100),
            ] {
                model.learn(
                    try Samples.observation(
                        Samples.prompt(workload), depth: depth, acceptance: acceptance, stepMilliseconds: cost
                    ))
            }
        }
        return model
    }

    private func entry(
        _ workload: Workload, _ prompts: Int, batch: String? = nil, priority: Int = 0
    ) -> BacklogEntry {
        BacklogEntry(
            key: "\(workload) \(batch ?? "")", traits: Samples.prompt(workload, batch: batch),
            prompts: prompts,
            expectedTokens: 300, priority: priority)
    }

    private func forecast(
        _ backlog: [BacklogEntry], _ model: LearnedModel, leastSecondsEach: Double = 0
    ) -> WorkForecast {
        LanePlanner().forecast(
            backlog: backlog, running: running(3), model: model, policy: policy,
            leastSecondsEach: leastSecondsEach)
    }

    private func running(_ depth: Int) -> LaneState {
        LaneState(setting: DraftSetting(depth: depth), switchCostSeconds: 60, slots: 1)
    }

    @Test func itIsWhatThePlanExpects() throws {
        let model = try taught()
        for backlog in [
            [entry(.code, 200)], [entry(.code, 200), entry(.creative, 3)],
            [entry(.code, 200), entry(.creative, 300)],
        ] {
            let chosen = LanePlanning(
                backlog: backlog, running: running(3), model: model, policy: policy,
                maximumLaneWaitSeconds: 600
            ).select()
            let forecast = forecast(backlog, model)
            #expect(abs(forecast.total.value / chosen.seconds - 1) < 1e-6)
            #expect(forecast.parts.reduce(0) { $0 + $1.prompts } == backlog.reduce(0) { $0 + $1.prompts })
        }
        let both = forecast([entry(.code, 200), entry(.creative, 300)], model)
        #expect(both.parts.map(\.setting) == [DraftSetting(depth: 3), .off])
        #expect(both.changeSeconds == 60)
    }

    @Test func whatIsLimitedTakesItsTime() throws {
        let model = try taught()
        let backlog = [entry(.code, 100)]
        let free = forecast(backlog, model)
        #expect(forecast(backlog, model, leastSecondsEach: 0.001) == free)
        let limited = forecast(backlog, model, leastSecondsEach: 60)
        #expect(free.total.value < 6000)
        #expect(abs(limited.total.value - 6000) < 1e-6)
        #expect(limited.total.likely.high == limited.total.likely.low)
    }

    @Test func nothingTakesNoTime() throws {
        let nothing = forecast([], try taught())
        #expect(nothing.total.likely == .zero)
        #expect(nothing.parts.isEmpty && nothing.ends.isEmpty)
    }

    @Test func aSmallBatchDoesNotWaitForALargeOne() throws {
        let shared = forecast(
            [entry(.code, 100, batch: "large"), entry(.code, 10, batch: "small")], try taught())
        let ends = shared.ends.mapValues(\.value)
        #expect(ends["large"] == shared.total.value)
        // Twenty prompts of 110 are served until the last of the ten is.
        let small = try #require(ends["small"])
        #expect(abs(small / shared.total.value - 20.0 / 110) < 1e-9)
    }

    @Test func theMoreUrgentBatchIsDoneFirst() throws {
        let ends = forecast(
            [entry(.code, 100, batch: "urgent", priority: 1), entry(.code, 10, batch: "small")], try taught()
        ).ends
        let urgent = try #require(ends["urgent"]?.value)
        let small = try #require(ends["small"]?.value)
        #expect(abs(urgent / small - 100.0 / 110) < 1e-9)
    }

    @Test func whatIsKnownNarrowsTheRange() throws {
        func ratio(_ model: LearnedModel) -> Double {
            let range = forecast([entry(.code, 100)], model).total.likely
            return range.high / range.low
        }
        let fresh = LearnedModel(fingerprint: Samples.engine("Q4_K - Medium"))
        #expect(ratio(fresh) > 20)
        #expect(forecast([entry(.code, 100)], fresh).parts.allSatisfy { $0.basis == SpeedBasis.none })
        var model = try taught()
        let withSteps = ratio(model)
        #expect(withSteps < ratio(fresh))
        #expect(forecast([entry(.code, 100)], model).parts.map(\.basis) == [.steps])
        let code = Samples.prompt(.code)
        let depth3 = DraftSetting(depth: 3)
        let said = 300 / model.predict(code, depth3, busySlots: 1).tokensPerSecond
        for _ in 0..<50 {
            model.countGenerated(code, tokens: 300, read: 0)
            model.learn(
                AnswerTime(
                    traits: code, setting: depth3, busySlots: 1, generatedTokens: 300, readTokens: 0,
                    milliseconds: 1000 * said, isChosen: true))
        }
        #expect(ratio(model) < 2)
        let part = try #require(forecast([entry(.code, 100)], model).parts.first)
        #expect(part.basis == .clock && part.answers > 20)
    }

    /// An answer may be shorter than its limit, never longer.
    @Test func theLimitBoundsTheLength() {
        var traits = Samples.prompt(.code)
        traits.maximumTokens = 128
        let model = LearnedModel(fingerprint: Samples.engine("Q4_K - Medium"))
        let spread = model.lengthSpread(traits, expected: 128)
        #expect(spread.longer == 0 && spread.shorter > 1)
        #expect(model.lengthSpread(Samples.prompt(.code), expected: 128).longer > 1)
    }

    /// Of lengths that scatter, four times in five the sum is in its range.
    @Test func theRangeHoldsWhatItSays() throws {
        let lengths = [50, 100, 200, 400, 800]
        var generator = SeededGenerator(seed: 13)
        var held = 0
        let trials = 200
        for _ in 0..<trials {
            var model = LearnedModel(fingerprint: Samples.engine("Q4_K - Medium"))
            let traits = Samples.prompt(.code)
            func next() -> Int { lengths.randomElement(using: &generator) ?? 0 }
            for _ in 0..<20 { model.countGenerated(traits, tokens: next(), read: 0) }
            let expected = model.expectedTokens(traits, prior: 400)
            let one = UncertainSum(of: expected, length: model.lengthSpread(traits, expected: expected))
            let range = one.times(40).likely
            let sum = Double((0..<40).reduce(0) { sum, _ in sum + next() })
            if (range.low...range.high).contains(sum) { held += 1 }
        }
        #expect((140...190).contains(held), "\(held) of \(trials)")
    }

    /// What an earlier version wrote has no squares; its lengths are taken to scatter as is usual.
    @Test func earlierStateHasARangeToo() throws {
        var model = try taught()
        for _ in 0..<30 { model.countGenerated(Samples.prompt(.code), tokens: 300, read: 0) }
        let text = String(decoding: try model.encoded(), as: UTF8.self)
        let earlier = text.replacing(/"squares":[^,]*,/, with: "")
        #expect(earlier != text)
        let read = try LearnedModel(encoded: Array(earlier.utf8), expecting: model.fingerprint)
        let wide = read.lengthSpread(Samples.prompt(.code), expected: 300)
        #expect(wide.single > 0.9)
        #expect(model.lengthSpread(Samples.prompt(.code), expected: 300).single < 0.3)
        #expect(read.expectedTokens(Samples.prompt(.code), prior: 400) > 300)
    }
}
