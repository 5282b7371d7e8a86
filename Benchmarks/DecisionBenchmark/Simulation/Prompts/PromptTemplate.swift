import EngineSimulation
import Glibc
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
    /// What it adds to the acceptances of its prompts, on the probit scale.
    private let acceptanceShift: Double
    /// By what it makes their answers longer.
    private let lengthFactor: Double

    private static let temperatures: [Double?] = [nil, 0, 0.2, 0.7, 1]
    /// As Benchmarks/PromptGenerator has them, and without a limit.
    private static let limits: [Int?] = [nil, 256, 512, 1024]

    /// - Parameters:
    ///   - load: how often each of the groups is asked for altogether.
    ///   - effects: how far templates differ.
    init(
        _ number: Int, of groups: [HiddenGroup], load: [Double], effects: TemplateEffects,
        random: inout RandomStream
    ) {
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
        acceptanceShift =
            effects.acceptance * random.normal()
            + effects.temperature * (TemplateEffects.usualTemperature - (temperature ?? 1))
            + (isConstrained ? effects.constraint : 0)
        lengthFactor = exp(effects.length * random.normal())
    }

    func group(random: inout RandomStream) -> Int { random.place(by: weights) }

    /// How one of its prompts behaves, which is of `group`.
    func behaviour(of group: HiddenGroup, random: inout RandomStream) -> PromptBehaviour {
        group.behaviour.behaviour(shiftedBy: acceptanceShift, longerBy: lengthFactor, random: &random)
    }

    /// What the daemon is told of one of its prompts.
    func traits(_ distribution: WorkloadDistribution, batch: String, line: Int) -> PromptTraits {
        PromptTraits(
            distribution: distribution, temperature: temperature, constrained: isConstrained,
            maximumTokens: maximumTokens, template: opensAlike ? name : "\(name), \(line)", batch: batch)
    }
}

/// How far the templates of a batch differ in what engines make of their prompts, beyond the groups that these are of. It is
/// drawn too: in some batches they hardly do.
struct TemplateEffects {
    /// Deviation of acceptances, on the probit scale.
    let acceptance: Double
    /// Deviation of the logarithm of lengths.
    let length: Double
    /// What a temperature that is greater by 1 takes from acceptances, on the probit scale.
    let temperature: Double
    /// What a grammar adds to them.
    let constraint: Double

    /// At which acceptances are those of the groups.
    static let usualTemperature = 0.6

    init(random: inout RandomStream) {
        acceptance = random.uniform(0...0.4)
        length = random.uniform(0...0.6)
        temperature = random.uniform(0...0.4)
        constraint = random.uniform(0...0.5)
    }
}
