import Glibc
import TestSupport
import Testing
import Workload

@testable import Speculation

/// What a measurement would tell, which is what it is worth.
@Suite struct MeasurementValueTests {
    private let setting = DraftSetting(depth: 3)

    /// An engine whose off is known well, and depth 3 from so many requests of the given scatter.
    private func model(requests: Int, scatter: Double, seed: UInt64) throws -> LearnedModel {
        var generator = SeededGenerator(seed: seed)
        var model = LearnedModel(fingerprint: Samples.engine("Q4_K - Medium"))
        func learn(_ depth: Int, _ milliseconds: Double) throws {
            model.learn(
                try Samples.observation(
                    Samples.prompt(.code), depth: depth, acceptance: 0.5, stepMilliseconds: milliseconds,
                    steps: 40))
        }
        for _ in 0..<24 { try learn(0, 40) }
        for _ in 0..<requests { try learn(3, 90 * exp(scatter * generator.normal())) }
        return model
    }

    private func comparison(_ model: LearnedModel, requests: Int) -> SpeedComparison {
        model.compare(
            model.forecast(Samples.prompt(.code)), setting, with: .off, busySlots: 1, requests: requests)
    }

    @Test(arguments: 0..<20) func moreRequestsTellMoreAndNeverAll(seed: UInt64) throws {
        let model = try model(requests: Int(seed % 7), scatter: 0.2, seed: seed)
        var told = 0.0
        for requests in 1...8 {
            let comparison = comparison(model, requests: requests)
            #expect(comparison.learnableDeviation > told)
            #expect(comparison.learnableDeviation < comparison.deviation)
            told = comparison.learnableDeviation
        }
    }

    /// On a noisy machine a setting stays uncertain; that is no reason to measure it again and again.
    @Test func whatNoiseHidesIsNotWorthMeasuringAgain() throws {
        let unmeasured = comparison(try model(requests: 0, scatter: 0.3, seed: 1), requests: 4)
        let measured = comparison(try model(requests: 12, scatter: 0.3, seed: 1), requests: 4)
        #expect(measured.deviation > 0.07)
        #expect(measured.learnableDeviation < 0.5 * measured.deviation)
        #expect(measured.learnableDeviation < 0.25 * unmeasured.learnableDeviation)
    }
}
