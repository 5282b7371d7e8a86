import Glibc

extension DepthPolicy {
    /// Gain in speed that a measurement must promise, as a share, when it costs no lane change.
    static let leastImprovement = 0.01
    /// Requests that make a measurement: what one of them tells alone is often too little to change a choice.
    static let requestsOfMeasurement = 4

    /// A setting to try on this prompt instead of the best one, for engines that take the depth with each request;
    /// nil when nothing is worth measuring, the budget does not allow it, or the prompt would be slowed by more
    /// than ``worstCaseFactor``. Engines with one depth a lane explore through ``LanePlanner``.
    public func explore(
        _ traits: PromptTraits, insteadOf best: Decision, model: LearnedModel, busySlots: Int,
        budget: ExplorationBudget, expectedTokens: Double
    ) -> Decision? {
        guard best.source != .override, expectedTokens <= budget.allowance(share: explorationShare) else {
            return nil
        }
        var found: (setting: DraftSetting, improvement: Double)?
        let forecast = model.forecast(traits)
        for candidate in candidates where candidate != best.setting && !candidate.usesNgrams {
            let comparison = model.compare(
                forecast, candidate, with: best.setting, busySlots: busySlots,
                requests: Self.requestsOfMeasurement)
            guard exp(-comparison.logRatio) <= worstCaseFactor else { continue }
            let improvement = comparison.expectedImprovement
            if improvement > max(Self.leastImprovement, found?.improvement ?? 0) {
                found = (candidate, improvement)
            }
        }
        guard let found else { return nil }
        let prediction = model.predict(traits, found.setting, busySlots: busySlots)
        return Decision(
            setting: found.setting,
            reason: "measuring \(found.setting.label) instead of \(best.setting.label): knowing it may gain "
                + "\(Figures.percent(found.improvement)); \(DecisionReason.expectation(prediction)) expected",
            source: .exploration, prediction: prediction,
            baselineTokensPerSecond: best.baselineTokensPerSecond,
            tokensPerSecond: prediction.tokensPerSecond)
    }
}
