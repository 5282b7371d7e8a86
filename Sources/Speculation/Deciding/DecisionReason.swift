import Workload

/// What a time or a speed-up is known from, in words for a reason.
public enum SpeedBasis: String, Sendable, Hashable {
    /// Answers to such prompts were timed at the setting; for a speed-up, at depth 0 too.
    case clock = "by the clock"
    /// Steps and drafts of this engine were.
    case steps = "from steps and drafts measured here"
    case none = "not measured here"
}

/// The one sentence that explains a decision with its figures.
enum DecisionReason {
    /// "creative 0.91: acceptance 0.44 → 1.9 tokens a step, a step costs 2.5× → 0.76×, so off".
    static func choice(
        _ traits: PromptTraits, _ setting: DraftSetting, _ prediction: Prediction,
        bestDrafting: (setting: DraftSetting, prediction: Prediction)?, model: LearnedModel, busySlots: Int
    ) -> String {
        guard !setting.usesNgrams else {
            return
                "\(subject(traits, busySlots)): \(Figures.times(prediction.speedup)) with drafts looked up among "
                + "earlier tokens, as measured, so \(setting.label)"
        }
        guard let bestDrafting else {
            return "\(subject(traits, busySlots)): no drafting setting to choose from, so off"
        }
        let shown = setting.isDrafting ? prediction : bestDrafting.prediction
        var place = setting.isDrafting ? "" : " at \(bestDrafting.setting.label)"
        if !setting.isDrafting, shown.speedup > 1 { place += ", which reads its prompt slower" }
        let basis = model.basis(
            PromptKind(traits), setting.isDrafting ? setting : bestDrafting.setting, busySlots: busySlots)
        return "\(subject(traits, busySlots)): \(expectation(shown, basis))\(place), so \(setting.label)"
    }

    /// "acceptance 0.44 → 1.9 tokens a step, a step costs 2.5× → 0.76× (not measured here)".
    static func expectation(_ prediction: Prediction, _ basis: SpeedBasis) -> String {
        guard let acceptance = prediction.acceptance else {
            let gain = prediction.speedup == 1 ? "" : " → \(Figures.times(prediction.speedup))"
            return "\(Figures.text(prediction.tokensPerSecond)) tok/s expected\(gain) (\(basis.rawValue))"
        }
        let cost = prediction.tokensPerStep / prediction.speedup
        return "acceptance \(Figures.text(acceptance)) → "
            + "\(Figures.text(prediction.tokensPerStep)) tokens a step, "
            + "a step costs \(Figures.times(cost)) → \(Figures.times(prediction.speedup)) (\(basis.rawValue))"
    }

    /// "creative 0.91", and what else weighs in.
    static func subject(_ traits: PromptTraits, _ busySlots: Int) -> String {
        var words = "\(traits.distribution.label.rawValue) \(Figures.text(traits.distribution.confidence))"
        if traits.thinking { words += ", thinking" }
        if busySlots > 1 { words += ", \(busySlots) slots busy" }
        return words
    }
}
