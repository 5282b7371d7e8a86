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
    public static let formatVersion = 3

    public let fingerprint: EngineFingerprint
    /// Observations learned from.
    public private(set) var observationCount = 0
    /// Reports that were no observations (see ``ObservationError``), as counted by the caller.
    public private(set) var rejectedCount = 0
    /// Observations at a depth over 0 from an engine that does not count drafts: their acceptance is unknown.
    public private(set) var uncountedCount = 0

    /// Not kept on disk: what is read back works with the defaults.
    package let constants: Constants
    var acceptance: AcceptanceModel
    var costs: CostModel
    var lengths: LengthModel
    var reading: ReadingModel
    var times: TimeAccount
    var incumbents = Incumbents()

    /// Starts from priors, for an engine that was not observed yet.
    public init(fingerprint: EngineFingerprint) {
        self.init(fingerprint: fingerprint, priors: .published, constants: Constants())
    }

    package init(fingerprint: EngineFingerprint, priors: Priors, constants: Constants) {
        self.fingerprint = fingerprint
        self.constants = constants
        acceptance = AcceptanceModel(priors: priors, constants: constants.acceptance)
        costs = CostModel(
            on: fingerprint.deviceKind,
            costRatioAtDepth3: priors.costRatio(quantization: fingerprint.quantization),
            constants: constants.costs)
        lengths = LengthModel(constants: constants.lengths)
        reading = ReadingModel(constants: constants.reading)
        times = TimeAccount(constants: constants.times)
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

    /// Learns from one finished generation: how drafts are accepted and, if it `timesSteps`, what steps cost.
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
            at: place, logRatio: log(answer.engineSeconds / said), modelLog: steadyModelLog(place))
        if answer.isChosen { incumbents.note(kind, answer.setting) }
        let model = self
        var forecasts: [PromptKind: PromptForecast] = [:]
        times.refresh { place in
            let forecast = forecasts[place.kind] ?? model.acceptance.forecast(place.kind.traits)
            forecasts[place.kind] = forecast
            return model.steadyModelLog(place, forecast)
        }
    }

    mutating func restoreCounts(observations: Int, rejected: Int, uncounted: Int) {
        observationCount = observations
        rejectedCount = rejected
        uncountedCount = uncounted
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
    /// cache).
    public mutating func countGenerated(_ traits: PromptTraits, tokens: Int, read: Int) {
        lengths.learn(traits, tokens: tokens, read: read)
    }

    /// Learns from a prompt that the engine read with nothing else to do.
    public mutating func learnReading(_ setting: DraftSetting, tokens: Int, milliseconds: Double) {
        reading.learn(setting, tokens: tokens, milliseconds: milliseconds)
    }

    /// The tokens that an answer to such a prompt is expected to have, no more than it asks for; before any answer was
    /// seen, `prior`.
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
    func readingSeconds(_ forecast: PromptForecast, _ setting: DraftSetting) -> Double {
        forecast.readPerToken * reading.millisecondsPerToken(setting) / 1000
    }

    /// Observations that speak for the acceptance of such a prompt, old ones faded.
    public func acceptanceEvidence(_ traits: PromptTraits) -> Double { acceptance.evidence(traits) }
}
