import Glibc
import Workload

/// What was learned of one engine: acceptance and length of answers by group of prompts, and step costs by setting
/// and busy slots.
///
/// It starts from published figures (``Priors``) and is never without an answer; ``Prediction`` says how sure it
/// is. Learning is a value operation without input or output: the caller keeps the model on disk
/// (``encoded()``, ``init(encoded:expecting:)``).
public struct LearnedModel: Codable, Sendable, Hashable {
    /// Version of the encoded form.
    public static let formatVersion = 2

    public let fingerprint: EngineFingerprint
    /// Observations learned from.
    public private(set) var observationCount = 0
    /// Reports that were no observations (see ``ObservationError``), as counted by the caller.
    public private(set) var rejectedCount = 0
    /// Observations at a depth over 0 from an engine that does not count drafts: their acceptance is unknown.
    public private(set) var uncountedCount = 0
    /// What was generated, and how much of it for the sake of measuring.
    public private(set) var exploration = ExplorationBudget()

    var acceptance: AcceptanceModel
    var costs: CostModel
    var lengths = LengthModel()
    var reading = ReadingModel()
    var times = TimeAccount()
    var incumbents = Incumbents()

    /// Starts from priors, for an engine that was not observed yet.
    public init(fingerprint: EngineFingerprint, priors: Priors = .published) {
        self.fingerprint = fingerprint
        acceptance = AcceptanceModel(priors: priors)
        costs = CostModel(
            on: fingerprint.deviceKind,
            costRatioAtDepth3: priors.costRatio(quantization: fingerprint.quantization))
    }

    /// Where the figures are from that stand in for what was not measured on this engine.
    public var priorSource: String {
        switch fingerprint.deviceKind {
        case .gpu: "step costs measured on an NVIDIA H200 with a model of 27B's shape"
        case .processor: "step costs measured on two cores of a processor with the demo model"
        case .unknown:
            "step costs that others published of Qwen3.6-27B, "
                + (QuantizationName.published(nearest: fingerprint.quantization) ?? "of no known quantisation")
                + ", on an M2 Max"
        }
    }

    /// Learns from one finished generation.
    ///
    /// - Parameter timesSteps: whether its time says what steps cost; else only how drafts are accepted is learned.
    public mutating func learn(_ observation: Observation, timesSteps: Bool = true) {
        observationCount += 1
        let slots = observation.busySlots
        guard !observation.setting.usesNgrams else {
            return learn(
                AnswerTime(
                    traits: observation.traits, setting: observation.setting, busySlots: slots,
                    generatedTokens: observation.generatedTokens, readTokens: 0,
                    milliseconds: observation.generationMilliseconds, isChosen: false))
        }
        guard timesSteps else { return acceptance.learn(observation) }
        guard observation.countsDrafts else {
            uncountedCount += 1
            let expected = acceptance.drafts(
                acceptance.forecast(observation.traits), observation.setting)
            let steps = Double(observation.generatedTokens - 1) / expected.tokensPerStep
            costs.learn(
                observation.setting, busySlots: slots, drafts: expected.drafted,
                milliseconds: observation.generationMilliseconds / steps, steps: max(1, Int(steps)))
            return
        }
        acceptance.learn(observation)
        costs.learn(
            observation.setting, busySlots: slots, drafts: observation.sharedDraftsPerStep,
            milliseconds: observation.stepMilliseconds, steps: observation.steps)
    }

    /// Learns what an answer took by the clock.
    public mutating func learn(_ answer: AnswerTime) {
        guard answer.isSound else { return }
        let kind = PromptKind(answer.traits)
        let place = TimeAccount.Place(
            kind: kind, setting: answer.setting, busySlots: Int(answer.busySlots.rounded()))
        let said = engineSeconds(
            forecast(answer.traits), answer.setting, busySlots: answer.busySlots,
            generatedTokens: answer.generatedTokens, readTokens: answer.readTokens)
        times.learn(
            at: place, logRatio: log(answer.engineSeconds / said), modelLog: modelLog(place))
        if answer.isChosen { incumbents.note(kind, answer.setting) }
        times.refresh(modelLog)
    }

    mutating func restoreCounts(
        observations: Int, rejected: Int, uncounted: Int, exploration: ExplorationBudget
    ) {
        observationCount = observations
        rejectedCount = rejected
        uncountedCount = uncounted
        self.exploration = exploration
    }

    /// Learns the step cost alone, from a probe: a short fixed generation, whose acceptance says nothing of the
    /// user's prompts. One with a single slot busy and one with all of them, at the start of a lane, measure the
    /// lane before the first prompt is spent on it.
    public mutating func learnProbe(_ observation: Observation) {
        guard observation.countsDrafts, !observation.setting.usesNgrams else { return }
        observationCount += 1
        costs.learn(
            observation.setting, busySlots: observation.busySlots, drafts: observation.draftsPerStep,
            milliseconds: observation.stepMilliseconds, steps: observation.steps)
    }

    /// Counts the tokens of a finished answer, and those of its prompt that were `read` (not found in the engine's
    /// cache); `explored` if its setting was to be measured.
    public mutating func countGenerated(_ traits: PromptTraits, tokens: Int, read: Int, explored: Bool) {
        exploration.record(tokens: tokens, explored: explored)
        lengths.learn(traits, tokens: tokens, read: read)
    }

    /// Learns from a prompt that the engine read with nothing else to do.
    public mutating func learnReading(_ setting: DraftSetting, tokens: Int, milliseconds: Double) {
        reading.learn(setting, tokens: tokens, milliseconds: milliseconds)
    }

    /// The tokens that an answer to such a prompt is expected to have, no more than it asks for.
    ///
    /// - Parameter prior: what to believe before any answer was seen.
    public func expectedTokens(_ traits: PromptTraits, prior: Double) -> Double {
        lengths.expectedTokens(traits, prior: prior)
    }

    /// Counts a report that was no observation.
    public mutating func countRejected() { rejectedCount += 1 }

    /// Whether a step was ever timed at this setting (with that many busy slots, if given), lookups left aside.
    public func hasMeasuredCost(of setting: DraftSetting, busySlots: Int? = nil) -> Bool {
        costs.hasMeasured(setting.withoutNgrams, busySlots: busySlots)
    }

    /// Settings with lookups of which a gain was measured for some prompts.
    public var gainfulNgramSettings: Set<DraftSetting> {
        Set(times.ngramPlaces.filter { lookupGain(at: $0) != nil }.map(\.setting))
    }

    /// The setting that was observed last; nil before any observation.
    public var lastSetting: DraftSetting? { costs.lastSetting }

    /// What a prompt is expected to do at a setting while `busySlots` slots are busy (its own included).
    public func predict(_ traits: PromptTraits, _ setting: DraftSetting, busySlots: Int) -> Prediction {
        predict(forecast(traits), setting, busySlots: busySlots)
    }

    /// What is known of a prompt, to predict several settings from.
    func forecast(_ traits: PromptTraits) -> PromptForecast {
        var forecast = acceptance.forecast(traits)
        forecast.readPerToken = lengths.readPerToken(traits)
        return forecast
    }

    /// The same as ``predict(_:_:busySlots:)`` for a prompt whose forecast was made.
    func predict(_ forecast: PromptForecast, _ setting: DraftSetting, busySlots: Int) -> Prediction {
        let slots = Double(max(1, busySlots))
        let plain = setting.withoutNgrams
        let mixed = acceptance.drafts(forecast, plain)
        let cost = costs.estimate(plain, drafts: mixed.drafted, busySlots: slots)
        let baseline = costs.estimate(.off, drafts: 0, busySlots: slots)
        let step = exp(cost.logMilliseconds)
        let slowed = slowdown(forecast, setting, busySlots: busySlots)
        let slowedAtOff = slowdown(forecast, .off, busySlots: busySlots)
        let speed = 1000 * mixed.tokensPerStep / step / slowed
        let drafting = mixed.logDeviation * mixed.logDeviation
        let ratioVariance = setting.isDrafting ? costs.varianceOfRatio(cost, baseline) + drafting : 0
        return Prediction(
            acceptance: mixed.drafted > 0 && !setting.usesNgrams ? mixed.accepted / mixed.drafted : nil,
            draftsPerStep: mixed.drafted, tokensPerStep: mixed.tokensPerStep, stepMilliseconds: step,
            tokensPerSecond: speed,
            totalTokensPerSecond: 1
                / (1 / (speed * slots) + slowed * readingSeconds(forecast, setting)),
            speedup: mixed.tokensPerStep * exp(baseline.logMilliseconds - cost.logMilliseconds)
                * slowedAtOff / slowed,
            relativeUncertainty: (costs.variance(cost) + drafting).squareRoot(),
            speedupUncertainty: ratioVariance.squareRoot())
    }

    /// Seconds of reading prompts that each token of such answers costs the engine, by the model.
    private func readingSeconds(_ forecast: PromptForecast, _ setting: DraftSetting) -> Double {
        forecast.readPerToken * reading.millisecondsPerToken(setting) / 1000
    }

    // MARK: By the clock

    /// An answer's share of the engine's time, in seconds, by the model alone.
    private func engineSeconds(
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
    private func modelLog(_ place: TimeAccount.Place) -> Double {
        log(
            engineSeconds(
                acceptance.forecast(place.kind.traits), place.setting, busySlots: Double(place.busySlots),
                generatedTokens: 1, readTokens: 0))
    }

    /// What the clock shows beside what the model says, as a factor.
    ///
    /// Lookups of n-grams, of which the model says nothing, are taken to be slow where no gain was measured.
    private func slowdown(_ forecast: PromptForecast, _ setting: DraftSetting, busySlots: Int) -> Double {
        let place = TimeAccount.Place(kind: forecast.kind, setting: setting, busySlots: busySlots)
        guard setting.usesNgrams else { return exp(times.correction(at: place).logRatio) }
        return lookupGain(at: place).map { exp(-$0) } ?? Self.unmeasuredLookups
    }

    private static let unmeasuredLookups = 2.0

    /// Log of the gain that lookups were measured to bring at a place; nil where that is not clearly over 0.
    private func lookupGain(at place: TimeAccount.Place) -> Double? {
        let shown = times.correction(at: place)
        guard shown.answers >= TimeAccount.measuredAnswers - 0.5 else { return nil }
        var plain = place
        plain.setting = place.setting.withoutNgrams
        let gain = times.correction(at: plain).logRatio - shown.logRatio
        return gain > shown.variance.squareRoot() ? gain : nil
    }

    /// What the speed-up of a kind at a setting is known from.
    func basis(_ kind: PromptKind, _ setting: DraftSetting, busySlots: Int) -> SpeedBasis {
        let slots = Double(max(1, busySlots))
        if [setting, .off].allSatisfy({ times.measured(kind, $0, busySlots: slots) != nil }) {
            return .clock
        }
        let isTimed = [setting.withoutNgrams, .off].allSatisfy { costs.hasMeasured($0) }
        return isTimed && acceptance.evidence(kind.traits) >= 0.5 ? .steps : .none
    }

    /// By how much equal work differs from one time to the next, as the standard deviation of a logarithm, however often it
    /// was timed; equal runs were seen to differ by 3 to 15 %.
    private static let wander = 0.1

    /// Standard deviation of the logarithm of the time that a token of such an answer takes.
    func timeDeviation(_ forecast: PromptForecast, _ setting: DraftSetting, busySlots: Int) -> Double {
        let shown = times.correction(at: .init(kind: forecast.kind, setting: setting, busySlots: busySlots))
        let wander = Self.wander * Self.wander
        if isTimed(shown) { return (shown.variance + wander).squareRoot() }
        let said = predict(forecast, setting, busySlots: busySlots).relativeUncertainty
        return (said * said + shown.variance + wander).squareRoot()
    }

    /// What the time of such answers is known from.
    func timeBasis(_ kind: PromptKind, _ setting: DraftSetting, busySlots: Int) -> SpeedBasis {
        if isTimed(times.correction(at: .init(kind: kind, setting: setting, busySlots: busySlots))) {
            return .clock
        }
        let isKnown = !setting.isDrafting || acceptance.evidence(kind.traits) >= 0.5
        return isKnown && costs.hasMeasured(setting.withoutNgrams) ? .steps : .none
    }

    private func isTimed(_ shown: TimeAccount.Correction) -> Bool {
        shown.answers >= TimeAccount.measuredAnswers - 0.5
    }

    /// How far the lengths of such answers may be from `expected` tokens.
    func lengthSpread(_ traits: PromptTraits, expected: Double) -> LengthSpread {
        lengths.spread(traits, expected: expected)
    }

    /// Answers that taught how long such answers are, old ones faded.
    func lengthEvidence(_ traits: PromptTraits) -> Double { lengths.evidence(traits) }

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

    /// By how much longer a prompt is to be thought to take at a setting before it is preferred to what its kind runs at, as a
    /// factor; see ``Incumbents``.
    func caution(_ forecast: PromptForecast, _ setting: DraftSetting, busySlots: Int) -> Double {
        guard let rival = incumbents.rival(of: setting, for: forecast.kind) else { return 1 }
        let comparison = compare(forecast, setting, with: rival, busySlots: busySlots, requests: 1)
        return exp(Incumbents.requiredDeviations * comparison.deviation)
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
            shown.allSatisfy { $0.answers >= TimeAccount.measuredAnswers - 0.5 }
        )
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

    /// Observations that speak for the acceptance of such a prompt, old ones faded.
    public func acceptanceEvidence(_ traits: PromptTraits) -> Double { acceptance.evidence(traits) }
}
