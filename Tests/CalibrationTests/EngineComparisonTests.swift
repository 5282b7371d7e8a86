import Foundation
import Speculation
import Testing
import Workload

@testable import Calibration

struct EngineComparisonTests {
    private static let fast = Samples.engine(server: "/opt/fast", name: "fast")
    private static let slow = Samples.engine(server: "/opt/slow", name: "slow")
    private let contenders = [0, 1].map { Samples.contender(engine: $0, Samples.depth3) }

    /// Rounds in which the machine itself drifts, and the engines have these times in seconds.
    private func compared(_ times: [(Double, Double)]) -> EngineComparison? {
        let rounds = times.enumerated().flatMap { index, pair in
            let drift = 1 + 0.5 * Double(index)
            return [
                Samples.round(contenders[0], index, seconds: pair.0 * drift),
                Samples.round(contenders[1], index, seconds: pair.1 * drift),
            ]
        }
        return EngineComparison(of: rounds, contenders: contenders, engines: [Self.fast, Self.slow])
    }

    @Test func aClearDifferenceIsToldWhateverTheMachineDoesMeanwhile() throws {
        let comparison = try #require(compared([(10, 15), (10, 15.3), (10, 14.8)]))
        let verdict = try #require(comparison.verdicts.first)
        #expect(verdict.ratio.isFaster && abs(verdict.ratio.value - 1.503) < 0.01)
        #expect(comparison.best.map(\.engine.serverName) == ["fast", "slow"])
        #expect(comparison.recommended.engine == Self.fast)
    }

    @Test func theFasterOneIsRecommendedWhereverItWasNamed() throws {
        let comparison = try #require(compared([(15, 10), (15.3, 10), (14.8, 10)]))
        #expect(comparison.best.map(\.engine.serverName) == ["slow", "fast"])
        #expect(comparison.recommended.engine == Self.slow)
    }

    @Test(arguments: [
        // No faster than counts; faster in the mean, but not in every round; a single round.
        [(10.0, 10.1), (10, 10.1), (10, 10.1)], [(10, 15), (10, 9), (10, 16)], [(10, 15)],
        [(10, 9.6), (10, 9.8), (10, 10.1)],
    ])
    func whatTheSpreadDoesNotDecideIsTooCloseAndTheFirstNamedStays(_ times: [(Double, Double)]) throws {
        let comparison = try #require(compared(times))
        #expect(comparison.verdicts.count == 1 && comparison.verdicts.allSatisfy { !$0.ratio.isFaster })
        #expect(comparison.recommended.engine == Self.fast)
    }

    /// Student's interval of a textbook sample: the mean of 4, 5, 6 is 5 ± 4.303 · 1 / √3.
    @Test func theIntervalIsStudents() throws {
        let ratio = try #require(SpeedRatio(of: [4, 5, 6].map { exp($0) }))
        let interval = try #require(ratio.interval)
        #expect(abs(log(ratio.value) - 5) < 1e-9 && ratio.rounds == 3)
        #expect(abs(log(interval.upperBound) - 5 - 4.303 / 3.0.squareRoot()) < 1e-9)
        #expect(SpeedRatio(of: [2])?.interval == nil && SpeedRatio(of: []) == nil)
    }

    @Test func theBestSlotsAndSettingOfEachProgramIsWhatIsCompared() throws {
        let wide = Samples.engine(server: "/opt/fast", name: "fast", slots: 4)
        let contenders = [
            Samples.contender(engine: 0, .off), Samples.contender(engine: 1, Samples.depth3),
            Samples.contender(engine: 2, .off),
        ]
        let rounds = zip(contenders, [20.0, 12, 15]).flatMap { contender, seconds in
            (0..<3).map { Samples.round(contender, $0, seconds: seconds + 0.01 * Double($0)) }
        }
        let comparison = try #require(
            EngineComparison(of: rounds, contenders: contenders, engines: [Self.fast, wide, Self.slow]))
        #expect(comparison.entries.map(\.engine) == [wide, Self.fast, Self.slow])
        #expect(comparison.best.map(\.engine) == [wide, Self.slow])
        #expect(comparison.verdicts.first?.ratio.isFaster == true)
        #expect(EngineComparison(of: [], contenders: contenders, engines: [Self.fast]) == nil)
    }

    @Test func programsAreNamedByDialectOrTheShortestEndThatTellsThemApart() {
        #expect(
            ServerProgram.names(of: [
                ("/opt/a/bin/llama-server", "llama-server"), ("/opt/ik/bin/llama-server", "ik_llama.cpp"),
            ]) == ["llama-server", "ik_llama.cpp"])
        #expect(
            ServerProgram.names(of: [
                ("/opt/a/bin/llama-server", "llama-server"), ("/opt/b/bin/llama-server", "llama-server"),
                ("/opt/c/server", "llama-server"), ("/opt/ik/bin/llama-server", "ik_llama.cpp"),
            ]) == ["a/bin/llama-server", "b/bin/llama-server", "server", "ik_llama.cpp"])
    }
}
