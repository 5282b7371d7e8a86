import EngineSimulation
import Glibc
import JSON
import Speculation
import Workload

/// An engine drawn by a seed, as the files that the simulator reads, so that the same one can also be put under the real
/// daemon.
///
/// It keeps to none of the forms that are fitted: steps cost what a roofline with a kink of a drawn sharpness says, kernels
/// change at some number of tokens, every place is a bit off; acceptances fall evenly, hardly, or all at once after some
/// position. Half of the engines accept drafts about as is believed beforehand of the workloads, of the other half nothing of
/// that is true.
package struct DrawnEngine {
    package let profile: JSON
    package let groups: JSON
    package let slots: Int

    private static let depths = [0, 1, 2, 3, 5]
    private static let quantizations = ["Q4_K_M", "Q5_K_M", "Q6_K", "Q8_0", "F16", "MXFP4"]

    package init(seed: UInt64) {
        var random = RandomStream(seed: seed, 0xE6)
        slots = random.pick([1, 1, 2, 3, 4, 8, 16])
        let base = random.logUniform(8...150)
        let steps = StepShape(random: &random)
        var places: [JSON] = []
        for depth in Self.depths {
            for count in Set([1, 2, 4, 8, 16, slots]).sorted() where count <= slots {
                let milliseconds =
                    base * steps.cost(depth: depth, slots: count) * exp(0.04 * random.normal())
                places.append([
                    "drafts": JSON(depth), "slots": JSON(count), "milliseconds": Self.number(milliseconds),
                ])
            }
        }
        let isQuick = random.isChosen(withProbability: 0.15)
        let seconds = isQuick ? random.uniform(0.05...0.9) : random.logUniform(0.9...60)
        let start: JSON = [
            "milliseconds": Self.number(1000 * seconds), "model_gigabytes": 0, "milliseconds_per_gigabyte": 0,
        ]
        let step: JSON = [
            "places": .array(places), "drafting_pass_milliseconds": Self.number(base * steps.pass),
            "uneven_milliseconds": Self.number(base * random.uniform(0...0.05)),
        ]
        let token = base * random.logUniform(0.004...0.05)
        let reading: JSON = [
            "milliseconds_per_prompt": Self.number(base * random.uniform(0...1)),
            "milliseconds_per_token": Self.number(token),
            "drafting_milliseconds_per_token": Self.number(token * random.uniform(0...0.15)),
        ]
        let disturbance: JSON = [
            "step_deviation": Self.number(random.uniform(0...0.06)),
            "stalls_per_minute": Self.number(random.logUniform(0.05...3)),
            "stall_milliseconds": Self.number(random.logUniform(50...2000)),
            "drift_deviation": Self.number(random.uniform(0...0.12)),
            "drift_seconds": Self.number(random.logUniform(60...3600)),
        ]
        profile = [
            "name": .string("drawn-\(seed)"),
            "about": "Drawn by DecisionBenchmark; nobody has measured such an engine.",
            "dialect": "mainline", "quantization": .string(random.pick(Self.quantizations)),
            "start": start, "step": step, "reading": reading, "disturbance": disturbance,
        ]
        groups = Self.drawnGroups(random: &random)
    }

    /// The engine, as the simulator takes it.
    package func parsedProfile() throws -> EngineProfile { try EngineProfile(parsing: profile.serialized()) }

    /// The groups of its prompts, as the simulator takes them.
    package func parsedGroups() throws -> [HiddenGroup] {
        HiddenGroup.all(in: try HiddenPrompts(parsing: groups.serialized()))
    }

    private static func drawnGroups(random: inout RandomStream) -> JSON {
        let isAsBelieved = random.isChosen(withProbability: 0.5)
        let common = 0.5 * random.normal()
        var groups = JSONObject()
        for workload in Workload.allCases {
            let usual = Priors.published.acceptance[workload] ?? 0.5
            let logit = log(usual / (1 - usual)) + 0.3 + common + 0.7 * random.normal()
            let first = isAsBelieved ? 1 / (1 + exp(-logit)) : random.uniform(0.2...0.95)
            let acceptance = AcceptanceFall(random: &random).positions(first: first)
            let length: JSON = [
                "median": number(random.logUniform(40...600)), "deviation": number(random.uniform(0.3...0.9)),
            ]
            groups[workload.rawValue] = .object([
                "acceptance": .array(acceptance.map(number)),
                "acceptance_deviation": number(random.uniform(0.1...0.6)),
                "confidence_spread": number(random.uniform(0.4...2)), "answer_tokens": length,
            ])
        }
        return ["about": "Drawn by DecisionBenchmark.", "default_group": "code", "groups": .object(groups)]
    }

    private static func number(_ value: Double) -> JSON { JSON(rounding: value, decimals: 5) }
}

/// What steps cost by the tokens that they verify: memory traffic for few, arithmetic for many.
private struct StepShape {
    /// Tokens at which both cost the same.
    private let bend: Double
    /// How sharp the bend is.
    private let sharpness: Double
    /// Where another kernel takes over, and what it costs more.
    private let kernel: (tokens: Double, factor: Double)
    /// Of drafting at all.
    private let drafting: Double
    /// Of a pass of the head, with one slot.
    let pass: Double
    /// How much dearer a pass is for each further slot.
    private let passGrowth: Double

    init(random: inout RandomStream) {
        bend = random.logUniform(1.5...60)
        sharpness = random.uniform(1...6)
        kernel = (random.pick([4, 8, 16]), 1 + random.uniform(0...0.35))
        drafting = random.uniform(0...0.4) * random.uniform(0...1)
        pass = random.logUniform(0.01...0.3)
        passGrowth = random.uniform(0...0.15)
    }

    /// As a share of one token alone.
    func cost(depth: Int, slots: Int) -> Double {
        let verified = verifying(Double(slots * (1 + depth))) / verifying(1)
        guard depth > 0 else { return verified }
        return verified + drafting + pass * Double(depth) * (1 + passGrowth * Double(slots - 1))
    }

    private func verifying(_ tokens: Double) -> Double {
        pow(1 + pow(tokens / bend, sharpness), 1 / sharpness) * (tokens > kernel.tokens ? kernel.factor : 1)
    }
}

/// How the acceptance of drafts changes with their position.
private enum AcceptanceFall {
    /// To the same share of the one before.
    case even(Double)
    /// By the same amount.
    case straight(Double)
    /// To a share of what it was from some position on, as where a head was trained for fewer drafts.
    case cliff(position: Int, share: Double)

    init(random: inout RandomStream) {
        switch random.pick([0, 1, 1, 2]) {
        case 0: self = .even(random.uniform(0.85...1))
        case 1: self = .straight(random.uniform(0...0.12))
        default: self = .cliff(position: random.pick([1, 2, 3]), share: random.uniform(0.4...0.9))
        }
    }

    func positions(first: Double) -> [Double] {
        (0..<5).map { position in
            switch self {
            case .even(let share): first * pow(share, Double(position))
            case .straight(let step): max(0.02, first - step * Double(position))
            case .cliff(let edge, let share): position < edge ? first : first * share
            }
        }
    }
}
