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
    public static let formatVersion = 1

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
    var ngrams = NgramGains()

    /// Starts from priors, for an engine that was not observed yet.
    public init(fingerprint: EngineFingerprint, priors: Priors = .published) {
        self.fingerprint = fingerprint
        acceptance = AcceptanceModel(priors: priors)
        costs = CostModel(costRatioAtDepth3: priors.costRatio(quantization: fingerprint.quantization))
    }

    /// Starts from what a like engine taught: its acceptance and lengths if the model is the same, and its costs too if
    /// nothing differs but slots and context.
    public init(
        fingerprint: EngineFingerprint, carryingOverFrom other: LearnedModel, priors: Priors = .published
    ) {
        self.init(fingerprint: fingerprint, priors: priors)
        guard fingerprint.modelIdentity == other.fingerprint.modelIdentity else { return }
        acceptance = other.acceptance
        lengths = other.lengths
        if fingerprint.differsOnlyInSlots(from: other.fingerprint) {
            (costs, reading) = (other.costs, other.reading)
            ngrams = other.ngrams
        }
    }

    /// Learns from one finished generation.
    public mutating func learn(_ observation: Observation) {
        observationCount += 1
        let slots = observation.busySlots
        guard !observation.setting.usesNgrams else {
            let expected = predict(
                observation.traits, observation.setting.withoutNgrams, busySlots: Int(slots.rounded()))
            let speed = 1000 * Double(observation.generatedTokens) / observation.generationMilliseconds
            ngrams.learn(observation, ratio: speed / expected.tokensPerSecond)
            return
        }
        guard observation.countsDrafts else {
            uncountedCount += 1
            let expected = acceptance.drafts(
                acceptance.forecast(observation.traits), observation.setting)
            let steps = Double(observation.generatedTokens) / expected.tokensPerStep
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
    public var gainfulNgramSettings: Set<DraftSetting> { ngrams.settings }

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
        let lookups = lookupFactor(forecast, setting, busySlots: busySlots)
        let mixed = acceptance.drafts(forecast, plain)
        let cost = costs.estimate(plain, drafts: mixed.drafted, busySlots: slots)
        let baseline = costs.estimate(.off, drafts: 0, busySlots: slots)
        let step = exp(cost.logMilliseconds)
        let speed = 1000 * mixed.tokensPerStep / step * lookups
        let drafting = mixed.logDeviation * mixed.logDeviation
        let ratioVariance = setting.isDrafting ? costs.varianceOfRatio(cost, baseline) + drafting : 0
        return Prediction(
            acceptance: mixed.drafted > 0 && !setting.usesNgrams ? mixed.accepted / mixed.drafted : nil,
            draftsPerStep: mixed.drafted, tokensPerStep: mixed.tokensPerStep, stepMilliseconds: step,
            tokensPerSecond: speed,
            totalTokensPerSecond: 1 / (1 / (speed * slots) + readingSeconds(forecast, setting)),
            speedup: mixed.tokensPerStep * exp(baseline.logMilliseconds - cost.logMilliseconds) * lookups,
            relativeUncertainty: (costs.variance(cost) + drafting).squareRoot(),
            speedupUncertainty: ratioVariance.squareRoot())
    }

    /// What lookups make of the speed without them.
    private func lookupFactor(
        _ forecast: PromptForecast, _ setting: DraftSetting, busySlots: Int
    ) -> Double {
        setting.usesNgrams ? ngrams.factor(forecast, setting, busySlots: busySlots) : 1
    }

    /// Seconds of reading prompts that each token of such answers costs the engine.
    private func readingSeconds(_ forecast: PromptForecast, _ setting: DraftSetting) -> Double {
        forecast.readPerToken * reading.millisecondsPerToken(setting) / 1000
    }

    /// How much faster a prompt would run at `setting` than at `other`, and how sure that is.
    ///
    /// What both share (the engine's general speed, the prompt's acceptance) cancels as far as it is shared. What is
    /// to be learned is what `requests` more at `setting` would tell, not what perfect knowledge would.
    func compare(
        _ forecast: PromptForecast, _ setting: DraftSetting, with other: DraftSetting, busySlots: Int,
        requests: Int
    ) -> SpeedComparison {
        guard setting != other else {
            return SpeedComparison(
                logRatio: 0, deviation: 0, learnableDeviation: 0, learnableCostDeviation: 0)
        }
        let slots = Double(max(1, busySlots))
        let one = acceptance.drafts(forecast, setting)
        let two = acceptance.drafts(forecast, other.withoutNgrams)
        let cost = costs.estimate(setting, drafts: one.drafted, busySlots: slots)
        let otherCost = costs.estimate(other.withoutNgrams, drafts: two.drafted, busySlots: slots)
        let alike = setting.pMin == other.pMin || !setting.isDrafting || !other.isDrafting
        let shared = alike ? 2 * one.logDeviation * two.logDeviation : 0
        let drafting = max(
            0, one.logDeviation * one.logDeviation + two.logDeviation * two.logDeviation - shared)
        let stepCosts = costs.varianceOfRatio(cost, otherCost)
        let own = max(stepCosts - otherCost.ownVariance, 1e-12)
        let measured = 1 / (1 / own + Double(requests) * cost.precisionPerRequest)
        let seen = Double(requests) / (Double(requests) + forecast.evidence)
        let lookups = lookupFactor(forecast, other, busySlots: busySlots)
        let generation = exp(cost.logMilliseconds) / 1000 / (slots * one.tokensPerStep)
        let otherGeneration =
            exp(otherCost.logMilliseconds) / 1000 / (slots * two.tokensPerStep * lookups)
        let whole = generation + readingSeconds(forecast, setting)
        let otherWhole = otherGeneration + readingSeconds(forecast, other)
        let share = generation / whole
        return SpeedComparison(
            logRatio: log(otherWhole / whole), deviation: share * (stepCosts + drafting).squareRoot(),
            learnableDeviation: share * (own - measured + drafting * seen).squareRoot(),
            learnableCostDeviation: share * (own - measured).squareRoot())
    }

    /// Observations that speak for the acceptance of such a prompt, old ones faded.
    public func acceptanceEvidence(_ traits: PromptTraits) -> Double { acceptance.evidence(traits) }
}
