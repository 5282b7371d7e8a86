import Glibc
import Speculation
import TestSupport
import Workload

/// An engine whose costs and acceptances are drawn, and known. Its costs bend (memory-bound for few tokens a step,
/// bound by arithmetic for many), so the fitted shape is never quite the truth; its confidence threshold works on
/// Beta-distributed confidences, which is not the prior's reading either.
struct SyntheticEngine {
    let slots: Int
    let switchSeconds: Double
    let baseMilliseconds: Double
    /// Tokens a step at which arithmetic costs as much as memory traffic.
    let bend: Double
    let draftCost: Double
    let draftingCost: Double
    let noise: Double
    let stallShare: Double
    let driftPerPrompt: Double
    var curves: [Workload: AcceptanceCurve] = [:]
    private var thresholded: [Workload: [DraftSetting: DraftsPerStep]] = [:]

    init(using generator: inout SeededGenerator, candidates: [DraftSetting], priorError: Double) {
        slots = [1, 1, 2, 3, 4, 8, 16][Int.random(in: 0..<7, using: &generator)]
        let kind = generator.uniform(0...1)
        switchSeconds = kind < 0.15 ? 0 : generator.logUniform(0.2...120)
        baseMilliseconds = generator.logUniform(8...150)
        bend = generator.logUniform(1.5...60)
        draftCost = generator.logUniform(0.015...0.3)
        draftingCost = generator.uniform(0...0.4) * generator.uniform(0...1)
        noise = generator.uniform(0.02...0.1)
        stallShare = generator.uniform(0...0.03)
        driftPerPrompt = generator.uniform(0...0.01)
        let shift = priorError * 0.6 * generator.normal()
        for workload in Workload.allCases {
            let prior = AcceptanceCurve(
                meanAcceptance: Priors.published.acceptance[workload] ?? 0.5, depth: 3, gamma: 0.97)
            let logit =
                log(prior.alpha / (1 - prior.alpha)) + shift + priorError * 0.7 * generator.normal()
            let curve = AcceptanceCurve(
                alpha: 1 / (1 + exp(-logit)), gamma: generator.uniform(0.85...1))
            curves[workload] = curve
            let concentration = generator.logUniform(0.5...4)
            for setting in candidates where setting.pMin > 0 {
                thresholded[workload, default: [:]][setting] = Self.thresholded(
                    curve, setting, concentration: concentration, using: &generator)
            }
        }
    }

    /// Drafts made and accepted under a threshold, by drawing confidences from Beta distributions.
    private static func thresholded(
        _ curve: AcceptanceCurve, _ setting: DraftSetting, concentration: Double,
        using generator: inout SeededGenerator
    ) -> DraftsPerStep {
        var made = 0.0
        var accepted = 0.0
        let trials = 400
        for _ in 0..<trials {
            var rate = curve.alpha
            var alive = true
            for _ in 0..<setting.depth {
                let confidence = beta(rate * concentration, (1 - rate) * concentration, using: &generator)
                guard confidence >= setting.pMin else { break }
                made += 1
                if alive, generator.uniform(0...1) < confidence { accepted += 1 } else { alive = false }
                rate *= curve.gamma
            }
        }
        return DraftsPerStep(drafted: made / Double(trials), accepted: accepted / Double(trials))
    }

    /// A Beta draw by Jöhnk's method.
    private static func beta(_ a: Double, _ b: Double, using generator: inout SeededGenerator) -> Double {
        for _ in 0..<200 {
            let x = pow(generator.uniform(0...1), 1 / max(a, 1e-3))
            let y = pow(generator.uniform(0...1), 1 / max(b, 1e-3))
            if x + y <= 1, x + y > 0 { return x / (x + y) }
        }
        return a / (a + b)
    }

    func drafts(_ workload: Workload, _ setting: DraftSetting, logitShift: Double = 0) -> DraftsPerStep {
        guard setting.isDrafting, let curve = curves[workload] else {
            return DraftsPerStep(drafted: 0, accepted: 0)
        }
        if setting.pMin > 0, let known = thresholded[workload]?[setting] {
            let factor = exp(0.3 * logitShift)
            let made = min(Double(setting.depth), known.drafted * factor)
            return DraftsPerStep(drafted: made, accepted: min(made, known.accepted * factor))
        }
        let logit = log(curve.alpha / (1 - curve.alpha)) + logitShift
        return AcceptanceCurve(alpha: 1 / (1 + exp(-logit)), gamma: curve.gamma).expectedDrafts(setting)
    }

    /// The true step cost in milliseconds.
    func stepMilliseconds(_ setting: DraftSetting, drafts: Double, busySlots: Double) -> Double {
        func verify(_ tokens: Double) -> Double {
            let ratio = tokens / bend
            return (1 + ratio * ratio).squareRoot()
        }
        let tokens = busySlots * (1 + drafts)
        var cost = verify(tokens) / verify(1)
        if setting.isDrafting {
            let made = setting.pMin > 0 ? min(Double(setting.depth), drafts + 0.7) : drafts
            cost += draftingCost + draftCost * made * verify(busySlots) / verify(1)
        }
        return baseMilliseconds * cost
    }

    /// What is lost while the last `busySlots` prompts of a lane end, evenly staggered, and nothing follows.
    func drainSeconds(
        _ workload: Workload, _ setting: DraftSetting, busySlots: Int, tokens: Double
    ) -> Double {
        let full = 1 / speed(workload, setting, busySlots: busySlots)
        return (1..<max(2, busySlots)).reduce(0) { sum, busy in
            guard busy < busySlots else { return sum }
            let slow = 1 / speed(workload, setting, busySlots: busy)
            return sum + Double(busy) * tokens / Double(busySlots) * max(0, slow - full)
        }
    }

    /// True tokens per second of all busy slots together.
    func speed(_ workload: Workload, _ setting: DraftSetting, busySlots: Int) -> Double {
        let drafts = drafts(workload, setting)
        let step = stepMilliseconds(setting, drafts: drafts.drafted, busySlots: Double(busySlots))
        return Double(busySlots) * (1 + drafts.accepted) * 1000 / step
    }
}
