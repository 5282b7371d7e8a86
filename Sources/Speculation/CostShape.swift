import Glibc

/// The step cost as a function of drafts and busy slots.
///
/// τ(m, B) = T · (1 + b·(B−1) + [drafting]·(j + j_B·(B−1)) + m·(s + s_B·(B−1))), with m the mean drafts of a step
/// and B the busy slots. T is the cost at depth 0 with one slot busy; j is what drafting costs before the first
/// draft (another pass, another graph); b, s, j_B and s_B are the further tokens to verify. All six are fitted as
/// logarithms, so they are positive and the cost never falls with depth or slots.
struct CostShape: Codable, Sendable, Hashable {
    /// Number of fitted parameters.
    static let parameterCount = 6

    /// log of (T in milliseconds, b, j, j_B, s, s_B).
    var logs: [Double]

    /// The features that multiply b, j, j_B, s, s_B at a place.
    static func features(_ place: CostPlace) -> [Double] {
        let further = place.busySlots - 1
        let drafting: Double = place.isDrafting ? 1 : 0
        return [further, drafting, drafting * further, place.drafts, place.drafts * further]
    }

    /// log τ at a place, τ in milliseconds.
    func logCost(_ place: CostPlace) -> Double {
        var factor = 1.0
        for (index, feature) in Self.features(place).enumerated() {
            factor += feature * exp(logs[index + 1])
        }
        return logs[0] + log(factor)
    }

    /// log τ and its gradient in ``logs``.
    func gradient(_ place: CostPlace) -> (logCost: Double, slopes: [Double]) {
        var parts = [1.0]
        var factor = 1.0
        for (index, feature) in Self.features(place).enumerated() {
            let part = feature * exp(logs[index + 1])
            parts.append(part)
            factor += part
        }
        var slopes = parts.map { $0 / factor }
        slopes[0] = 1
        return (logs[0] + log(factor), slopes)
    }

    /// What is believed before any measurement: a step of some 50 ms, and the published cost ratio of the
    /// quantisation, a third of it paid for drafting at all and the rest by the drafts.
    static func prior(costRatioAtDepth3 ratio: Double) -> CostShape {
        let extra = max(0.05, ratio - 1)
        let jump = 0.35 * extra
        let slope = 0.65 * extra / 3
        return CostShape(
            logs: [log(50), log(slope), log(jump), log(0.5 * jump), log(slope), log(0.6 * slope)])
    }

    /// Standard deviations of the prior's ``logs``: T is open, the others are good to about a factor of two.
    static let priorDeviations = [2.5, 0.9, 0.9, 1.1, 0.6, 0.9]
}
