import Foundation
import Speculation
import TestSupport
import Testing
import Workload

/// Regret of the planner over synthetic engines. The test is modest; DRAFTSPOOL_SIMULATION_ENGINES=2000 (best in a
/// release build) makes the figures of docs/economics.md, and prints them.
@Suite struct SimulationTests {
    static let engines = ProcessInfo.processInfo.environment["DRAFTSPOOL_SIMULATION_ENGINES"].flatMap {
        Int($0)
    }
    static let candidates =
        ProcessInfo.processInfo.environment["DRAFTSPOOL_SIMULATION_THRESHOLD"] == nil
        ? DepthPolicy.defaultCandidates : DepthPolicy.defaultCandidates + [DraftSetting(depth: 3, pMin: 0.75)]

    struct Outcome: Sendable {
        var warmRegret: Double
        var coldRegret: Double
        var againstBestFixed: Double
        var warmAgainstBestFixed: Double
        /// One lane start as a share of the time of the 500 prompts.
        var switchShare: Double
        var explorationShare: Double
    }

    @Test func regretIsSmall() async throws {
        let count = Self.engines ?? 6
        let outcomes = try await withThrowingTaskGroup(of: [Outcome].self) { group in
            for part in 0..<2 {
                group.addTask {
                    try stride(from: part, to: count, by: 2).map { try Self.outcome(seed: UInt64($0)) }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        if Self.engines != nil {
            Self.report("all engines", outcomes)
            Self.report("a lane start under 2 % of the work", outcomes.filter { $0.switchShare < 0.02 })
        }
        let isLarge = outcomes.count >= 100
        func quantile(_ q: Double, _ value: (Outcome) -> Double) -> Double {
            Self.quantile(q, outcomes.map(value))
        }
        #expect(quantile(0.5) { $0.warmRegret } <= (isLarge ? 0.03 : 0.06))
        #expect(quantile(0.5) { $0.coldRegret } <= (isLarge ? 0.10 : 0.16))
        #expect(quantile(0.5) { $0.againstBestFixed } <= (isLarge ? 0.05 : 0.10))
        #expect(quantile(1) { $0.explorationShare } <= 0.12)
        if isLarge { #expect(quantile(0.95) { $0.warmRegret } <= 0.12) }
    }

    static func quantile(_ q: Double, _ values: [Double]) -> Double {
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(q * Double(sorted.count)))]
    }

    static func report(_ title: String, _ outcomes: [Outcome]) {
        guard !outcomes.isEmpty else { return }
        print("\(title): \(outcomes.count) engines; percent at p50, p90, p95, p99, max")
        let rows: [(String, KeyPath<Outcome, Double>)] = [
            ("warm regret", \.warmRegret), ("cold regret", \.coldRegret),
            ("against best fixed", \.againstBestFixed), ("warm, against best fixed", \.warmAgainstBestFixed),
            ("exploration share", \.explorationShare),
        ]
        for (name, value) in rows {
            let figures = [0.5, 0.9, 0.95, 0.99, 1].map { q in
                String(format: "%.1f", 100 * quantile(q, outcomes.map { $0[keyPath: value] }))
            }
            print("  \(name): \(figures.joined(separator: ", "))")
        }
        let beyond = outcomes.filter { $0.againstBestFixed > 0.05 }.count
        let warmBeyond = outcomes.filter { $0.warmAgainstBestFixed > 0.05 }.count
        print("  more than 5 % slower than the best fixed setting: \(beyond), warm \(warmBeyond)")
    }

    static func outcome(seed: UInt64) throws -> Outcome {
        var generator = SeededGenerator(seed: seed)
        let engine = SyntheticEngine(using: &generator, candidates: candidates, priorError: 1)
        let fingerprint = EngineFingerprint(
            modelIdentity: "synthetic", quantization: ["Q4_K - Medium", "Q8_0", "BF16"][Int(seed % 3)],
            engineBuild: "1", device: "none", contextTokens: 4096, slots: engine.slots)
        let mix = Array(
            Workload.allCases.shuffled(using: &generator).prefix(Int.random(in: 1...5, using: &generator)))
        let policy = DepthPolicy(candidates: candidates)
        let oracle = Oracle(engine: engine, candidates: candidates)

        var cold = SimulatedRun(
            engine: engine, policy: policy, model: LearnedModel(fingerprint: fingerprint), seed: seed)
        let first = SimulatedPrompts(count: 200, batch: "a", mix: mix, using: &generator)
        try cold.run(first)
        let coldRegret = cold.seconds / oracle.seconds(first, running: nil) - 1

        var warm = SimulatedRun(
            engine: engine, policy: policy, model: LearnedModel(fingerprint: fingerprint), seed: seed + 1)
        try warm.run(SimulatedPrompts(count: 100, batch: "a", mix: mix, using: &generator))
        let before = warm.seconds
        let lane = warm.lane
        let second = SimulatedPrompts(count: 300, batch: "b", mix: mix, using: &generator)
        try warm.run(second)
        let warmRegret = (warm.seconds - before) / oracle.seconds(second, running: lane) - 1
        let runningFixed = oracle.bestFixedSeconds(second) - engine.switchSeconds

        var long = SimulatedRun(
            engine: engine, policy: policy, model: LearnedModel(fingerprint: fingerprint), seed: seed + 2)
        let third = SimulatedPrompts(count: 500, batch: "c", mix: mix, using: &generator)
        try long.run(third)
        let fixed = oracle.bestFixedSeconds(third)
        let tokens = third.groups.reduce(0) { $0 + $1.tokens * Double($1.prompts) }
        return Outcome(
            warmRegret: warmRegret, coldRegret: coldRegret, againstBestFixed: long.seconds / fixed - 1,
            warmAgainstBestFixed: (warm.seconds - before) / runningFixed - 1,
            switchShare: engine.switchSeconds / fixed, explorationShare: long.explorationTokens / tokens)
    }
}
