import Speculation
import TestSupport
import Workload

/// A drawn backlog: prompts of a few workloads, seen through an imperfect classifier.
struct SimulatedPrompts {
    struct Group {
        let workload: Workload
        let traits: PromptTraits
        let tokens: Double
        var prompts: Int
    }

    var groups: [Group]

    var prompts: Int { groups.reduce(0) { $0 + $1.prompts } }

    init(count: Int, batch: String, mix: [Workload], using generator: inout SeededGenerator) {
        groups = []
        let tokens = generator.logUniform(80...800)
        var left = count
        for (index, workload) in mix.enumerated() {
            let share = index == mix.count - 1 ? left : max(1, min(left, count / mix.count))
            left -= share
            let mistaken = share / 12
            groups.append(
                Self.group(workload, seenAs: workload, share - mistaken, tokens, batch, using: &generator))
            if mistaken > 0 {
                let other = Workload.allCases.randomElement(using: &generator) ?? .analysis
                groups.append(Self.group(workload, seenAs: other, mistaken, tokens, batch, using: &generator))
            }
        }
    }

    private static func group(
        _ workload: Workload, seenAs label: Workload, _ prompts: Int, _ tokens: Double, _ batch: String,
        using generator: inout SeededGenerator
    ) -> Group {
        let confidence = label == workload ? generator.uniform(0.6...0.98) : generator.uniform(0.4...0.7)
        let runnerUp =
            label == workload ? Workload.allCases.randomElement(using: &generator) ?? .analysis : workload
        let probabilities = Workload.allCases.map { candidate in
            (candidate == label ? confidence : 0)
                + (candidate == runnerUp ? (1 - confidence) * 0.8 : 0) + (1 - confidence) * 0.2 / 8
        }
        return Group(
            workload: workload,
            traits: PromptTraits(
                distribution: WorkloadDistribution(probabilities: probabilities), temperature: 0.7,
                template: "\(workload)", batch: batch),
            tokens: (tokens * generator.logUniform(0.6...1.6)).rounded(), prompts: prompts)
    }
}
