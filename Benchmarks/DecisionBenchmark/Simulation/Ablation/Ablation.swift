/// What each part and each constant is worth: the same engines and batches with all of them, and with one changed.
package struct Ablation: Sendable {
    /// How a changed daemon does beside the whole one.
    package struct Finding: Sendable {
        package let name: String
        /// Time by the whole one's, minus 1, in the mean of the engines, and the standard error of that.
        package let mean: Double
        package let meanError: Double
        /// The 95th percentile of the time by the better of off and depth 3, by the whole one's, minus 1.
        package let worst: Double
        /// Engines of a hundred that are more than 5 % slower than the better of off and depth 3.
        package let beyond: Double

        /// Whether the part that was taken away improves neither by half a percent, so that it is to go. The mean is to be
        /// known well enough for that.
        package var isDispensable: Bool { mean + 2 * meanError < 0.005 && worst < 0.005 }

        /// Whether the constant that was changed moves neither by half a percent.
        package var isWithoutEffect: Bool { abs(mean) + 2 * meanError < 0.005 && abs(worst) < 0.005 }
    }

    package let trials: DrawnTrial
    package let seeds: [UInt64]
    private let whole: [Trial]

    package init(seeds: [UInt64], prompts: Int) async throws {
        self.seeds = seeds
        let trials = DrawnTrial(prompts: prompts)
        self.trials = trials
        whole = try await Parallel.map(seeds) { try trials.run(seed: $0) }
    }

    /// - Throws: as ``DrawnTrial/run(seed:)``.
    package func finding(_ row: AblationRow) async throws -> Finding {
        var trials = trials
        trials.variant = row.variant
        let changed = try await Parallel.map(seeds) { [trials] in try trials.run(seed: $0) }
        let ratios = zip(changed, whole).map { $0.policy / $1.policy - 1 }
        return Finding(
            name: row.name, mean: ratios.mean, meanError: ratios.standardError,
            worst: changed.map(\.byBetter).quantile(0.95) / whole.map(\.byBetter).quantile(0.95) - 1,
            beyond: Self.beyond(changed))
    }

    /// The whole one itself.
    package var itself: Finding {
        Finding(name: "whole", mean: 0, meanError: 0, worst: 0, beyond: Self.beyond(whole))
    }

    private static func beyond(_ trials: [Trial]) -> Double {
        100 * Double(trials.count { $0.byBetter > 1.05 }) / Double(max(1, trials.count))
    }
}
