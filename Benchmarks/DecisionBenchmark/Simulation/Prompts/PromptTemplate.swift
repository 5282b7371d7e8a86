import EngineSimulation
import Speculation
import Workload

/// What prompts are made from: one system prompt, of which the texts of a batch are sent. It holds several workloads, as the
/// templates of applications do.
struct PromptTemplate: Sendable {
    let name: String
    /// How often each hidden group is asked for.
    private let weights: [Double]
    private let temperature: Double?
    private let isConstrained: Bool
    private let maximumTokens: Int?
    /// Whether its prompts begin with the same words, so that the daemon takes them for one template.
    private let opensAlike: Bool

    private static let temperatures: [Double?] = [nil, 0, 0.2, 0.7, 1]
    /// As Benchmarks/PromptGenerator has them, and without a limit.
    private static let limits: [Int?] = [nil, 256, 512, 1024]

    /// - Parameter load: how often each of the groups is asked for altogether.
    init(_ number: Int, of groups: [HiddenGroup], load: [Double], random: inout RandomStream) {
        name = "template-\(number)"
        let main = random.place(by: load)
        let purity = random.uniform(0.3...1)
        let total = load.reduce(0, +)
        weights = load.indices.map { place in
            (place == main ? purity : 0) + (1 - purity) * load[place] / total
        }
        temperature = random.pick(Self.temperatures)
        isConstrained =
            groups[main].workload == .extraction && random.isChosen(withProbability: 0.5)
        maximumTokens = random.pick(Self.limits)
        opensAlike = random.isChosen(withProbability: 0.5)
    }

    func group(random: inout RandomStream) -> Int { random.place(by: weights) }

    /// What the daemon is told of one of its prompts.
    func traits(_ distribution: WorkloadDistribution, batch: String, line: Int) -> PromptTraits {
        PromptTraits(
            distribution: distribution, temperature: temperature, constrained: isConstrained,
            maximumTokens: maximumTokens, template: opensAlike ? name : "\(name), \(line)", batch: batch)
    }
}
