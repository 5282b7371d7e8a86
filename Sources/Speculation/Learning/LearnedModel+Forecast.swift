/// How far what is expected of prompts may be off, and what it is known from.
extension LearnedModel {
    /// By how much equal work differs from one time to the next, as the standard deviation of a logarithm, however often it
    /// was timed; equal runs were seen to differ by 3 to 15 %.
    private static let wander = 0.1

    /// Standard deviation of the logarithm of the time that a token of such an answer takes.
    func timeDeviation(_ forecast: PromptForecast, _ setting: DraftSetting, busySlots: Int) -> Double {
        let place = TimeAccount.Place(kind: forecast.kind, setting: setting, busySlots: busySlots)
        let shown = times.correction(at: place)
        var variance = shown.variance + Self.wander * Self.wander
        if !times.isTimed(shown) {
            let said = predict(forecast, setting, busySlots: busySlots).relativeUncertainty
            variance += said * said
        }
        return variance.squareRoot()
    }

    /// What the time of such answers is known from.
    func timeBasis(_ kind: PromptKind, _ setting: DraftSetting, busySlots: Int) -> SpeedBasis {
        let place = TimeAccount.Place(kind: kind, setting: setting, busySlots: busySlots)
        if times.isTimed(times.correction(at: place)) { return .clock }
        let isAcceptanceKnown =
            !setting.isDrafting || acceptance.evidence(kind.traits) >= constants.choosing.evidenceOfAKind
        return isAcceptanceKnown && costs.hasMeasured(setting.withoutNgrams) ? .steps : .none
    }

    /// How far the lengths of such answers may be from `expected` tokens.
    func lengthSpread(_ traits: PromptTraits, expected: Double) -> LengthSpread {
        lengths.spread(traits, expected: expected)
    }

    /// Answers that taught how long such answers are, old ones faded.
    func lengthEvidence(_ traits: PromptTraits) -> Double { lengths.evidence(traits) }
}
