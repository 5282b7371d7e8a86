import Speculation
import TestSupport
import Testing

@Suite struct AcceptanceCurveTests {
    @Test func constantAcceptanceIsTheGeometricSum() {
        for alpha in [0.1, 0.5, 0.9] {
            let curve = AcceptanceCurve(alpha: alpha, gamma: 1)
            for depth in 0...8 {
                var power = 1.0
                for _ in 0...depth { power *= alpha }
                #expect(abs(curve.tokensPerStep(depth: depth) - (1 - power) / (1 - alpha)) < 1e-9)
            }
        }
    }

    @Test func tokensPerStepRiseWithDepthAndByLess() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<300 {
            let curve = AcceptanceCurve(
                alpha: generator.uniform(0...1), gamma: generator.uniform(0.3...1))
            var last = 0.0
            var gain = 1.0
            for depth in 0...12 {
                let tokens = curve.tokensPerStep(depth: depth)
                #expect(tokens >= last && tokens <= Double(depth) + 1)
                if depth > 0 {
                    #expect(tokens - last <= gain + 1e-12)
                    gain = tokens - last
                }
                last = tokens
            }
        }
    }

    @Test func meanAcceptanceIsMet() {
        for acceptance in stride(from: 0.05, through: 0.95, by: 0.1) {
            for depth in [1, 3, 5] {
                let curve = AcceptanceCurve(meanAcceptance: acceptance, depth: depth, gamma: 0.95)
                let met = curve.expectedAccepted(depth: depth) / Double(depth)
                #expect(abs(met - acceptance) < 0.01 || curve.alpha > 0.999)
            }
        }
    }

    /// A threshold drops drafts, mostly those that would fail: fewer are made, a greater share is accepted.
    @Test func thresholdsDraftLessAndSurer() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<300 {
            let curve = AcceptanceCurve(
                alpha: generator.uniform(0.02...0.99), gamma: generator.uniform(0.6...1))
            var last = curve.expectedDrafts(DraftSetting(depth: 3))
            for threshold in [0.25, 0.5, 0.75, 0.9] {
                let drafts = curve.expectedDrafts(DraftSetting(depth: 3, pMin: threshold))
                #expect(drafts.drafted <= last.drafted + 1e-12)
                #expect(drafts.accepted <= last.accepted + 1e-12)
                #expect(drafts.accepted * last.drafted >= last.accepted * drafts.drafted - 1e-9)
                #expect(drafts.accepted <= drafts.drafted + 1e-12)
                last = drafts
            }
        }
    }
}
