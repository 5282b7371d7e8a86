import Speculation
import Testing
import Workload

/// What the model believes of an engine it has hardly seen, and how soon it changes its mind.
@Suite struct NewEngineTests {
    /// A small model on a CPU: steps at depth 3 cost 2.4 of depth 0, where the F16 prior says about 1.5.
    let slow = (off: 20.0, depth3: 48.0, depth5: 66.0)

    @Test func withoutObservationsPriorsAnswer() {
        let model = LearnedModel(fingerprint: Samples.engine("BF16"))
        let decision = DepthPolicy().decide(Samples.prompt(.code), model: model, busySlots: 1)
        #expect(decision.source == .prior)
        #expect(decision.setting.depth >= 3)
        #expect(!model.hasMeasuredCost(of: .off))
        #expect(decision.prediction.relativeUncertainty > 1)
        #expect(decision.prediction.speedupUncertainty < 1)
    }

    /// Two probes at the start of lanes correct the cost ratio; one creative prompt then settles creative.
    @Test func twoProbesCorrectTheCostRatio() throws {
        var model = LearnedModel(fingerprint: Samples.engine("BF16"))
        let probe = Samples.prompt(.factual)
        let creative = Samples.prompt(.creative)
        #expect(DepthPolicy().decide(creative, model: model, busySlots: 1).setting.isDrafting)
        model.learnProbe(
            try Samples.observation(probe, depth: 0, acceptance: 0, stepMilliseconds: slow.off, steps: 48))
        model.learnProbe(
            try Samples.observation(
                probe, depth: 3, acceptance: 0.8, stepMilliseconds: slow.depth3, steps: 16))
        let prediction = model.predict(creative, DraftSetting(depth: 3), busySlots: 1)
        let ratio = prediction.tokensPerStep / prediction.speedup
        #expect(ratio > 1.9 && ratio < 2.6)
        #expect(model.hasMeasuredCost(of: .off) && model.hasMeasuredCost(of: DraftSetting(depth: 3)))
        model.learn(
            try Samples.observation(
                creative, depth: 3, acceptance: 0.2, stepMilliseconds: slow.depth3, steps: 40))
        #expect(!DepthPolicy().decide(creative, model: model, busySlots: 1).setting.isDrafting)
        #expect(DepthPolicy().decide(Samples.prompt(.code), model: model, busySlots: 1).setting.isDrafting)
    }

    @Test func aFewPromptsSettleCodeAndCreative() throws {
        var model = LearnedModel(fingerprint: Samples.engine("BF16"))
        for _ in 0..<4 {
            for (workload, acceptance) in [(Workload.code, 0.97), (.creative, 0.2)] {
                model.learn(
                    try Samples.observation(
                        Samples.prompt(workload, confidence: 0.9), depth: 3, acceptance: acceptance,
                        stepMilliseconds: slow.depth3, steps: 30))
            }
        }
        model.learn(
            try Samples.observation(
                Samples.prompt(.creative, confidence: 0.9), depth: 0, acceptance: 0,
                stepMilliseconds: slow.off, steps: 60))
        let code = DepthPolicy().decide(Samples.prompt(.code, confidence: 0.9), model: model, busySlots: 1)
        #expect([3, 5].contains(code.setting.depth), "\(code.reason)")
        #expect(code.source == .learned)
        let creative = DepthPolicy().decide(
            Samples.prompt(.creative, confidence: 0.9), model: model, busySlots: 1)
        #expect(creative.setting == .off, "\(creative.reason)")
        #expect(creative.reason.contains("so off"))
    }

    /// A depth-3 time alone moves the absolute costs of every setting, keeps the ratio of the prior, and leaves it
    /// as uncertain as it is.
    @Test func oneCostMovesTheOthers() throws {
        var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
        let before = model.predict(Samples.prompt(.code), .off, busySlots: 1)
        for _ in 0..<6 {
            model.learnProbe(
                try Samples.observation(
                    Samples.prompt(.code), depth: 3, acceptance: 0.8, stepMilliseconds: 5))
        }
        let off = model.predict(Samples.prompt(.code), .off, busySlots: 1)
        #expect(off.stepMilliseconds < 5 && off.stepMilliseconds > 2)
        #expect(off.relativeUncertainty < before.relativeUncertainty)
        let deep = model.predict(Samples.prompt(.code), DraftSetting(depth: 3), busySlots: 1)
        #expect(abs(deep.stepMilliseconds - 5) < 0.1)
        #expect(deep.speedupUncertainty > 0.1)
    }

    /// The engine notes' table at four slots: drafts lose value as slots fill.
    @Test func draftsLoseValueAsSlotsFill() throws {
        for quantization in ["Q4_K - Medium", "Q8_0", "BF16"] {
            let model = LearnedModel(fingerprint: Samples.engine(quantization, slots: 16))
            for depth in [1, 2, 3, 5] {
                var last = Double.infinity
                for slots in 1...16 {
                    let speedup = model.predict(
                        Samples.prompt(.code), DraftSetting(depth: depth), busySlots: slots
                    ).speedup
                    #expect(speedup < last)
                    last = speedup
                }
            }
        }
    }

    @Test func engineWithoutDraftCountersStillDecides() throws {
        var model = LearnedModel(fingerprint: Samples.engine("Q8_0"))
        for _ in 0..<5 {
            model.learn(
                try Observation(
                    traits: Samples.prompt(.code), setting: DraftSetting(depth: 3), generatedTokens: 300,
                    draftedTokens: nil, acceptedTokens: nil, generationMilliseconds: 3000))
        }
        #expect(model.uncountedCount == 5)
        let prediction = model.predict(Samples.prompt(.code), DraftSetting(depth: 3), busySlots: 1)
        #expect(abs(prediction.tokensPerSecond - 100) < 5)
    }

    @Test func quantizationNamesMapToPublishedOnes() {
        let names = [
            "Q4_K - Medium": 2.6, "Q4_0": 2.6, "Q4_K_S": 2.6, "IQ4_XS - 4.25 bpw": 2.6, "Q2_K - Medium": 2.6,
            "Q5_K - Small": 2.36, "Q6_K": 2.3, "Q8_0": 1.57, "BF16": 1.46, "F16": 1.46, "all F32": 1.46,
            "mostly Q4_K - Medium": 2.6, "W4A16": 2.6, "fp8": 1.57, "INT8": 1.57, "AWQ": 2.6, "MXFP4": 2.6,
            "": 1.9, "something new": 1.9, "Q": 1.9,
        ]
        for (name, ratio) in names {
            #expect(Priors.published.costRatio(quantization: name) == ratio, "\(name)")
        }
    }
}
