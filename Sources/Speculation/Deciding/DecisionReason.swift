import Workload

/// The one sentence that explains a decision with its figures.
enum DecisionReason {
    /// "creative 0.91: acceptance 0.44 → 1.9 tokens a step, a step costs 2.5× → 0.76×, so off".
    static func choice(
        _ traits: PromptTraits, _ setting: DraftSetting, _ prediction: Prediction,
        bestDrafting: (setting: DraftSetting, prediction: Prediction)?, busySlots: Int
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
        return "\(subject(traits, busySlots)): \(expectation(shown))\(place), so \(setting.label)"
    }

    /// "acceptance 0.44 → 1.9 tokens a step, a step costs 2.5× → 0.76×".
    static func expectation(_ prediction: Prediction) -> String {
        guard let acceptance = prediction.acceptance else {
            return "\(Figures.text(prediction.tokensPerSecond)) tok/s expected"
        }
        let cost = prediction.tokensPerStep / prediction.speedup
        return "acceptance \(Figures.text(acceptance)) → "
            + "\(Figures.text(prediction.tokensPerStep)) tokens a step, "
            + "a step costs \(Figures.times(cost)) → \(Figures.times(prediction.speedup))"
    }

    /// "creative 0.91", and what else weighs in.
    static func subject(_ traits: PromptTraits, _ busySlots: Int) -> String {
        var words = "\(traits.distribution.label.rawValue) \(Figures.text(traits.distribution.confidence))"
        if traits.thinking { words += ", thinking" }
        if busySlots > 1 { words += ", \(busySlots) slots busy" }
        return words
    }
}
