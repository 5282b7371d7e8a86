import Glibc

/// How sure it is which of two settings is faster for a prompt.
extension LearnedModel {
    /// By how much longer a prompt is to be thought to take at a setting before it is preferred to what its kind runs at, as a
    /// factor; see ``Incumbents``.
    func caution(_ forecast: PromptForecast, _ setting: DraftSetting, busySlots: Int) -> Double {
        guard let rival = incumbents.rival(of: setting, for: forecast.kind) else { return 1 }
        let deviation = ratioDeviation(forecast, setting, rival, busySlots: busySlots)
        return exp(constants.choosing.requiredDeviations * deviation)
    }

    /// Standard deviation of the logarithm of how much faster a prompt runs at one setting than at another.
    ///
    /// What both share (the engine's general speed, the prompt's acceptance) cancels as far as it is shared. Where both
    /// were timed by the clock, its spread is what is unsure.
    func ratioDeviation(
        _ forecast: PromptForecast, _ setting: DraftSetting, _ other: DraftSetting, busySlots: Int
    ) -> Double {
        let shown = [setting, other].map {
            times.correction(at: .init(kind: forecast.kind, setting: $0, busySlots: busySlots))
        }
        if shown.allSatisfy(times.isMeasured) { return (shown[0].variance + shown[1].variance).squareRoot() }
        let slots = Double(max(1, busySlots))
        let one = acceptance.drafts(forecast, setting.withoutNgrams)
        let two = acceptance.drafts(forecast, other.withoutNgrams)
        let cost = costs.estimate(setting.withoutNgrams, drafts: one.drafted, busySlots: slots)
        let otherCost = costs.estimate(other.withoutNgrams, drafts: two.drafted, busySlots: slots)
        let isAlike = setting.pMin == other.pMin || !setting.isDrafting || !other.isDrafting
        let shared = isAlike ? 2 * one.logDeviation * two.logDeviation : 0
        let drafting = max(
            0, one.logDeviation * one.logDeviation + two.logDeviation * two.logDeviation - shared)
        let generation = exp(cost.logMilliseconds) / 1000 / (slots * one.tokensPerStep)
        let share = generation / (generation + readingSeconds(forecast, setting))
        return share * (costs.varianceOfRatio(cost, otherCost) + drafting).squareRoot()
    }
}
