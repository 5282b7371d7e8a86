import Glibc

/// How likely drafts are accepted, by position: q_k = α·γ^(k−1) for draft k given that drafts 1…k−1 were.
///
/// The expected tokens of a step, E(d) = 1 + Σ_{k≤d} Π_{j≤k} q_j, generalise Leviathan et al. 2023
/// (arXiv 2211.17192, section 3), whose constant acceptance is γ = 1.
///
/// With a confidence threshold p the engine makes draft k only while its confidence holds. Two readings fit what
/// was measured at thresholds 0.5 and 0.75: of the drafts it makes, 1 − (1 − q)·(1 − p) are accepted, and of the
/// drafts that would have been accepted it still makes q^2p. Both meet q_k at p = 0 and are a prior only: at a
/// threshold, drafts and acceptances per step are learned as they are.
public struct AcceptanceCurve: Hashable, Codable, Sendable {
    /// Probability that the first draft is accepted, inside (0, 1).
    public var alpha: Double
    /// Factor by which each further draft is less likely to be accepted, in (0, 1].
    public var gamma: Double

    /// Makes a curve, bringing `alpha` into 0.001…0.9995 and `gamma` into 0.2…1.
    public init(alpha: Double, gamma: Double) {
        self.alpha = min(0.9995, max(0.001, alpha))
        self.gamma = min(1, max(0.2, gamma))
    }

    /// The curve with the given γ whose mean acceptance over `depth` drafts is `acceptance`.
    public init(meanAcceptance acceptance: Double, depth: Int, gamma: Double) {
        var low = 0.001
        var high = 0.9995
        for _ in 0..<60 {
            let middle = (low + high) / 2
            let curve = AcceptanceCurve(alpha: middle, gamma: gamma)
            if curve.expectedAccepted(depth: depth) < acceptance * Double(depth) {
                low = middle
            } else {
                high = middle
            }
        }
        self.init(alpha: (low + high) / 2, gamma: gamma)
    }

    /// Accepted drafts of a step, expected.
    public func expectedAccepted(depth: Int) -> Double {
        var conditional = alpha
        var reach = 1.0
        var sum = 0.0
        for _ in 0..<max(0, depth) {
            reach *= conditional
            sum += reach
            conditional *= gamma
        }
        return sum
    }

    /// Drafts made and accepted per step at a setting, expected.
    public func expectedDrafts(_ setting: DraftSetting) -> DraftsPerStep {
        guard setting.pMin > 0 else {
            return DraftsPerStep(
                drafted: Double(setting.depth), accepted: expectedAccepted(depth: setting.depth))
        }
        var conditional = alpha
        var madeReach = 1.0
        var acceptedReach = 1.0
        var made = 0.0
        var accepted = 0.0
        for _ in 0..<setting.depth {
            let acceptedHere = pow(conditional, 1 + 2 * setting.pMin)
            let rate = 1 - (1 - conditional) * (1 - setting.pMin)
            madeReach *= min(1, acceptedHere / rate)
            acceptedReach *= acceptedHere
            made += madeReach
            accepted += acceptedReach
            conditional *= gamma
        }
        return DraftsPerStep(drafted: made, accepted: accepted)
    }

    /// Variance of the accepted drafts of one step at a depth, and the mean's slope in logit α and log γ.
    func moments(depth: Int) -> (mean: Double, variance: Double, byLogit: Double, byLogGamma: Double) {
        var conditional = alpha
        var reach = 1.0
        var mean = 0.0
        var square = 0.0
        var byLogit = 0.0
        var byLogGamma = 0.0
        for position in 1...max(1, depth) where position <= depth {
            reach *= conditional
            let count = Double(position)
            mean += reach
            square += (2 * count - 1) * reach
            byLogit += count * reach
            byLogGamma += count * (count - 1) / 2 * reach
            conditional *= gamma
        }
        return (mean, max(square - mean * mean, 1e-4), byLogit * (1 - alpha), byLogGamma)
    }
}
