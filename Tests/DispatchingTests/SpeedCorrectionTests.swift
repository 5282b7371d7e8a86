import Speculation
import TestSupport
import Testing
import Workload

@testable import Dispatching

@Suite("Predicted speeds and what answers show")
struct SpeedCorrectionTests {
    private let decision = DepthPolicy(candidates: [.off]).decide(
        PromptTraits(
            distribution: WorkloadDistribution(certain: .code), temperature: 0, maximumTokens: 64,
            template: "t"),
        model: LearnedModel(
            fingerprint: EngineFingerprint(
                modelIdentity: "m", quantization: "Q8_0", engineBuild: "b", device: "d", contextTokens: 512,
                slots: 4)), busySlots: 1)

    @Test("What lasts is followed, and reached within some thirty answers", arguments: [0.4, 0.75, 1, 1.5])
    func follows(factor: Double) {
        var generator = SeededGenerator(seed: 5)
        var correction = SpeedCorrection()
        for _ in 0..<40 {
            let speed = 50 * factor * Double.random(in: 0.95...1.05, using: &generator)
            correction.note(expected: 50, tokens: 100, milliseconds: 100_000 / speed)
        }
        let corrected = correction.corrected(decision)
        #expect(abs(corrected.tokensPerSecond / decision.tokensPerSecond / factor - 1) < 0.05)
        #expect(
            abs(
                corrected.tokensPerSecond / corrected.baselineTokensPerSecond
                    - decision.tokensPerSecond / decision.baselineTokensPerSecond) < 1e-9)
        #expect(corrected.prediction == decision.prediction)
    }

    @Test("A stall moves it by a twentieth at most; impossible figures do not move it")
    func outliers() {
        var correction = SpeedCorrection()
        correction.note(expected: 50, tokens: 100, milliseconds: 1e9)
        #expect(correction.logFactor >= -0.05 && correction.logFactor < 0)
        let before = correction.logFactor
        for (expected, tokens, milliseconds) in [
            (0.0, 10, 10.0), (50, 0, 10), (50, 10, 0), (50, 10, -1), (.nan, 10, 10), (50, 10, .nan),
        ] {
            correction.note(expected: expected, tokens: tokens, milliseconds: milliseconds)
        }
        #expect(correction.logFactor == before)
    }
}
