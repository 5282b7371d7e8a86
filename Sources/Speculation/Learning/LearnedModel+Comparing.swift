import Glibc

/// Which of two settings is faster for a prompt, and how sure that is.
extension LearnedModel {
    /// By how much longer a prompt is to be thought to take at a setting before it is preferred to what its kind runs at, as a
    /// factor; see ``Incumbents``.
    func caution(_ forecast: PromptForecast, _ setting: DraftSetting, busySlots: Int) -> Double {
        guard let rival = incumbents.rival(of: setting, for: forecast.kind) else { return 1 }
        let comparison = compare(forecast, setting, with: rival, busySlots: busySlots, requests: 1)
        return exp(constants.choosing.requiredDeviations * comparison.deviation)
    }

    /// How much faster a prompt would run at `setting` than at `other`, and how sure that is.
    ///
    /// What both share (the engine's general speed, the prompt's acceptance) cancels as far as it is shared. Where both
    /// were timed by the clock, its spread is what is unsure. What is to be learned is what `requests` more at `setting`
    /// would tell, not what perfect knowledge would.
    func compare(
        _ forecast: PromptForecast, _ setting: DraftSetting, with other: DraftSetting, busySlots: Int,
        requests: Int
    ) -> SpeedComparison {
        guard setting != other else {
            return SpeedComparison(
                logRatio: 0, deviation: 0, learnableDeviation: 0, learnableCostDeviation: 0)
        }
        let slots = Double(max(1, busySlots))
        let one = acceptance.drafts(forecast, setting.withoutNgrams)
        let two = acceptance.drafts(forecast, other.withoutNgrams)
        let cost = costs.estimate(setting.withoutNgrams, drafts: one.drafted, busySlots: slots)
        let otherCost = costs.estimate(other.withoutNgrams, drafts: two.drafted, busySlots: slots)
        let alike = setting.pMin == other.pMin || !setting.isDrafting || !other.isDrafting
        let shared = alike ? 2 * one.logDeviation * two.logDeviation : 0
        let drafting = max(
            0, one.logDeviation * one.logDeviation + two.logDeviation * two.logDeviation - shared)
        let stepCosts = costs.varianceOfRatio(cost, otherCost)
        let own = max(stepCosts - otherCost.ownVariance, 1e-12)
        let measured = 1 / (1 / own + Double(requests) * cost.precisionPerRequest)
        let seen = Double(requests) / (Double(requests) + forecast.evidence)
        let generation =
            exp(cost.logMilliseconds) / 1000 / (slots * one.tokensPerStep)
        let otherGeneration =
            exp(otherCost.logMilliseconds) / 1000 / (slots * two.tokensPerStep)
        let whole = generation + readingSeconds(forecast, setting)
        let otherWhole = otherGeneration + readingSeconds(forecast, other)
        let share = generation / whole
        let clock = clockVariance(forecast, setting, other, busySlots: busySlots)
        let unsure = clock.isMeasured ? clock.variance : share * share * (stepCosts + drafting)
        return SpeedComparison(
            logRatio: log(
                otherWhole * slowdown(forecast, other, busySlots: busySlots)
                    / (whole * slowdown(forecast, setting, busySlots: busySlots))),
            deviation: unsure.squareRoot(),
            learnableDeviation: share * (own - measured + drafting * seen).squareRoot(),
            learnableCostDeviation: share * (own - measured).squareRoot())
    }

    /// Variance that the clock leaves of a comparison, and whether it timed both settings.
    private func clockVariance(
        _ forecast: PromptForecast, _ setting: DraftSetting, _ other: DraftSetting, busySlots: Int
    ) -> (variance: Double, isMeasured: Bool) {
        let shown = [setting, other].map {
            times.correction(at: .init(kind: forecast.kind, setting: $0, busySlots: busySlots))
        }
        return (
            shown[0].variance + shown[1].variance,
            shown.allSatisfy(times.isMeasured)
        )
    }
}
