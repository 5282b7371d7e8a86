/// What decisions over drawn engines must come to, so that a change that makes them worse is noticed.
package struct DecisionGates: Sendable {
    /// Time by the better of off and depth 3, from a cold start, that at most the slowest twentieth may take. Measured on
    /// 2026-11-28, as the next: 1.44, and 57 % of the engines.
    package var slowest = 1.5
    /// Share of the engines that may be more than 5 % slower than the better of the two.
    package var beyond = 0.62
    package var engines: Int
    package var prompts: Int

    package init(engines: Int, prompts: Int) {
        self.engines = engines
        self.prompts = prompts
    }

    /// How it went.
    package struct Verdict: Sendable, CustomStringConvertible {
        package let engines: Int
        package let median: Double
        package let slowest: Double
        package let beyond: Double
        package let isGood: Bool

        package var description: String {
            "\(engines) engines: by the better of off and depth 3 \(rounded(median)) in the median, "
                + "\(rounded(slowest)) at the 95th percentile; \(rounded(100 * beyond)) % are beyond 1.05"
        }

        private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
    }

    /// - Throws: as ``DrawnTrial/run(seed:)``.
    package func verdict() async throws -> Verdict {
        let trials = DrawnTrial(prompts: prompts)
        let ratios = try await Parallel.map(Array(0..<UInt64(engines))) {
            try trials.run(seed: $0).byBetter
        }
        let share = Double(ratios.count { $0 > 1.05 }) / Double(max(1, ratios.count))
        let high = ratios.quantile(0.95)
        return Verdict(
            engines: ratios.count, median: ratios.median, slowest: high, beyond: share,
            isGood: high <= slowest && share <= beyond)
    }
}
