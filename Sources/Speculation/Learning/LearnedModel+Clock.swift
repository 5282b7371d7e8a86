import Glibc
import Workload

/// What the clock says beside the model of acceptance and step costs.
extension LearnedModel {
    /// An answer's share of the engine's time, in seconds, by the model alone.
    func engineSeconds(
        _ forecast: PromptForecast, _ setting: DraftSetting, busySlots: Double, generatedTokens: Int,
        readTokens: Int
    ) -> Double {
        let plain = setting.withoutNgrams
        let mixed = acceptance.drafts(forecast, plain)
        let cost = costs.estimate(plain, drafts: mixed.drafted, busySlots: busySlots)
        let token = exp(cost.logMilliseconds) / 1000 / (busySlots * mixed.tokensPerStep)
        return token * Double(generatedTokens)
            + Double(readTokens) * reading.millisecondsPerToken(setting) / 1000
    }

    /// Log of the seconds that a token takes at a place, by the model alone.
    func modelLog(_ place: TimeAccount.Place, _ forecast: PromptForecast? = nil) -> Double {
        log(
            engineSeconds(
                forecast ?? acceptance.forecast(place.kind.traits), place.setting,
                busySlots: Double(place.busySlots), generatedTokens: 1, readTokens: 0))
    }

    /// The same with the engine's general speed left out.
    func steadyModelLog(_ place: TimeAccount.Place, _ forecast: PromptForecast? = nil) -> Double {
        modelLog(place, forecast) - costs.logScale
    }

    /// What the clock shows beside what the model says, as a factor.
    ///
    /// Lookups of n-grams, of which the model says nothing, are taken to be slow where no gain was measured.
    func slowdown(_ forecast: PromptForecast, _ setting: DraftSetting, busySlots: Int) -> Double {
        let place = TimeAccount.Place(kind: forecast.kind, setting: setting, busySlots: busySlots)
        guard setting.usesNgrams else { return exp(times.correction(at: place).logRatio) }
        return lookupGain(at: place).map { exp(-$0) } ?? constants.choosing.unmeasuredLookups
    }

    /// Log of the gain that lookups were measured to bring at a place; nil where that is not clearly over 0.
    func lookupGain(at place: TimeAccount.Place) -> Double? {
        let shown = times.correction(at: place)
        guard times.isTimed(shown) else { return nil }
        var plain = place
        plain.setting = place.setting.withoutNgrams
        let gain = times.correction(at: plain).logRatio - shown.logRatio
        return gain > shown.variance.squareRoot() ? gain : nil
    }

    /// What the speed-up of a kind at a setting is known from.
    func basis(_ kind: PromptKind, _ setting: DraftSetting, busySlots: Int) -> SpeedBasis {
        let isClocked = [setting, .off].allSatisfy {
            times.isMeasured(
                times.correction(at: .init(kind: kind, setting: $0, busySlots: busySlots)))
        }
        if isClocked { return .clock }
        let isTimed = [setting.withoutNgrams, .off].allSatisfy { costs.hasMeasured($0) }
        return isTimed && acceptance.evidence(kind.traits) >= constants.choosing.evidenceOfAKind
            ? .steps : .none
    }

    /// What an answer would have taken at depth 0; nil where depth 0 was never timed on this engine.
    public func timeAtOff(_ answer: AnswerTime) -> TimeAtOff? {
        guard answer.isSound else { return nil }
        let kind = PromptKind(answer.traits)
        let said = engineSeconds(
            forecast(answer.traits), .off, busySlots: answer.busySlots,
            generatedTokens: answer.generatedTokens, readTokens: answer.readTokens)
        func time(at place: TimeAccount.Place, variance: Double, isMeasured: Bool) -> TimeAtOff {
            let shown = times.correction(at: place)
            let seconds = said * exp(shown.logRatio)
            let margin = exp(1.96 * (shown.variance + variance).squareRoot())
            return TimeAtOff(
                engineSeconds: seconds, range: seconds / margin...seconds * margin, isMeasured: isMeasured)
        }
        if let place = times.measured(kind, .off, busySlots: answer.busySlots) {
            return time(at: place, variance: 0, isMeasured: true)
        }
        guard costs.hasMeasured(.off) else { return nil }
        let cost = costs.estimate(.off, drafts: 0, busySlots: answer.busySlots)
        return time(
            at: TimeAccount.Place(kind: kind, setting: .off, busySlots: Int(answer.busySlots.rounded())),
            variance: costs.variance(cost), isMeasured: false)
    }

    /// Speeds by the clock, place by place.
    var measuredTimes: [LearnedSummary.Time] {
        times.shown.map { place, shown in
            let seconds = exp(modelLog(place) + shown.logRatio)
            return LearnedSummary.Time(
                workload: place.kind.workload, thinking: place.kind.thinking,
                constrained: place.kind.constrained, setting: place.setting, busySlots: place.busySlots,
                answers: shown.answers, tokensPerSecond: 1 / seconds,
                relativeUncertainty: shown.variance.squareRoot())
        }.sorted {
            ($0.workload.rawValue, $0.thinking ? 1 : 0, $0.constrained ? 1 : 0, $0.busySlots, $0.setting)
                < (
                    $1.workload.rawValue, $1.thinking ? 1 : 0, $1.constrained ? 1 : 0, $1.busySlots,
                    $1.setting
                )
        }
    }
}
