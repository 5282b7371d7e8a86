import Glibc

/// The step cost as a function of drafts and busy slots.
///
/// A step verifies n = B·(1 + m) tokens at once, with B the busy slots and m the mean drafts of a slot, after having
/// drafted them in p passes: τ(m, B) = T · (1 + v·(n^κ − 1)/κ + [drafting]·j + p·δ·(1 + β·(B − 1))).
/// T is the cost of one token alone; v what a further token to verify costs, κ how that bends (under 1 where
/// arithmetic gets more efficient with tokens, over 1 where memory traffic hides the first ones); j what drafting
/// costs before the first draft; δ a drafting pass, β its growth with slots. κ and β are taken as they are on such a device;
/// the others are fitted as logarithms, so they are positive, and the cost never falls with drafts or slots.
struct CostShape: Codable, Sendable, Hashable {
    /// Number of fitted parameters.
    static let parameterCount = 4

    /// log of (T in milliseconds, v, j, δ).
    var logs: [Double]
    /// κ.
    private let bend: Double
    /// β.
    private let passGrowth: Double

    /// Whether the figures are possible, as decoded state must be.
    var isSound: Bool {
        logs.count == Self.parameterCount && logs.allSatisfy(\.isFinite) && bend > 0 && bend.isFinite
            && passGrowth >= 0 && passGrowth.isFinite
    }

    /// log τ at a place, τ in milliseconds.
    func logCost(_ place: CostPlace) -> Double { gradient(place).logCost }

    /// log τ and its gradient in ``logs``.
    func gradient(_ place: CostPlace) -> (logCost: Double, slopes: [Double]) {
        let tokens = place.busySlots * (1 + place.drafts)
        let verifying = exp(logs[1]) * (pow(tokens, bend) - 1) / bend
        let starting = place.isDrafting ? exp(logs[2]) : 0
        let passing = place.passes * exp(logs[3]) * (1 + passGrowth * (place.busySlots - 1))
        let factor = 1 + verifying + starting + passing
        return (logs[0] + log(factor), [1, verifying / factor, starting / factor, passing / factor])
    }

    /// What is believed before any measurement: a step of some 50 ms; the rest from what was measured on such a device, else
    /// from the published cost ratio of the quantisation at depth 3, paid in like parts for drafting at all, for verifying
    /// and for drafting passes.
    static func prior(on device: DeviceKind, costRatioAtDepth3 ratio: Double) -> CostShape {
        switch device {
        case .gpu: measuredOnGPU
        case .processor: measuredOnProcessor
        case .unknown: published(costRatioAtDepth3: ratio)
        }
    }

    /// Least squares over docs/data/step-costs-h200.json (Q4_K; Q8_0 gives the same but for a few percent): 5 % off in the
    /// median, 16 % at most.
    private static let measuredOnGPU = CostShape(
        logs: [log(50), log(0.309), log(0.027), log(0.005)], bend: 0.698, passGrowth: 0.075)

    /// Least squares over docs/data/simulator/processor.json: 6 % off in the median, 14 % at most.
    private static let measuredOnProcessor = CostShape(
        logs: [log(50), log(0.390), log(0.022), log(0.118)], bend: 1.147, passGrowth: 0.026)

    private static func published(costRatioAtDepth3 ratio: Double) -> CostShape {
        let extra = max(0.05, ratio - 1)
        return CostShape(
            logs: [log(50), log(0.35 * extra / 3), log(0.3 * extra), log(0.35 * extra / 3)], bend: 1,
            passGrowth: 0.1)
    }

    /// The inverse of the prior's covariance of ``logs``: T is open, the others are good to a factor of two or three
    /// each, and v, j and δ are off by a further common factor.
    static func priorPrecision(_ constants: Constants.Costs) -> [[Double]] {
        let own = constants.deviations
        let common = ([0, 1, 1, 1] as [Double]).map { $0 * constants.commonDeviation }
        let covariance = own.indices.map { row in
            own.indices.map { common[row] * common[$0] + (row == $0 ? own[row] * own[row] : 0) }
        }
        return SymmetricSystem(matrix: covariance).inverse()
    }
}
