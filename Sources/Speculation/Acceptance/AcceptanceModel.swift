import Workload

/// Acceptance learned by group, each group starting from its parent: template → batch → workload.
struct AcceptanceModel: Codable, Sendable, Hashable {
    private enum CodingKeys: String, CodingKey {
        case priors, priorCurves, tallies, calibrations, count
    }

    /// Batches and templates kept at most; the least recent go first.
    static let keptGroups = 768

    let priors: Priors
    private var constants = Constants.Acceptance()
    private let priorCurves: [Workload: AcceptanceCurve]
    private(set) var tallies: [AcceptanceGroup: AcceptanceTally] = [:]
    private(set) var calibrations: [DraftSetting: ThresholdCalibration] = [:]
    /// Requests seen.
    private(set) var count = 0

    init(priors: Priors, constants: Constants.Acceptance = .init()) {
        self.priors = priors
        self.constants = constants
        priorCurves = Dictionary(
            uniqueKeysWithValues: Workload.allCases.map { ($0, priors.curve($0)) })
    }

    /// Learns the drafts of one request that counts them.
    mutating func learn(_ observation: Observation) {
        guard observation.setting.isDrafting, observation.countsDrafts else { return }
        count += 1
        let traits = observation.traits
        let shares = shares(traits.distribution)
        if observation.setting.pMin > 0 {
            let expected = expectedByCurve(traits, observation.setting, shares: shares)
            calibrations[observation.setting, default: ThresholdCalibration()]
                .add(observation, expected: expected, constants: constants)
        }
        for (workload, share) in shares {
            add(observation, to: .workload(workload, traits), share: share)
            if let batch = AcceptanceGroup.batch(workload, traits) {
                add(observation, to: batch, share: share)
            }
        }
        if let template = AcceptanceGroup.template(traits) { add(observation, to: template, share: 1) }
        tallies.dropLeastRecent(beyond: Self.keptGroups, lastSeen: \.lastSeen) {
            $0.batch != nil || $0.template != nil
        }
    }

    /// The workloads a prompt may be of, with their probabilities, the improbable left out.
    private func shares(_ distribution: WorkloadDistribution) -> [(Workload, Double)] {
        let kept = Workload.allCases.map { ($0, distribution[$0]) }.filter { $0.1 >= constants.leastShare }
        let sum = kept.reduce(0) { $0 + $1.1 }
        guard sum > 0 else { return Workload.allCases.map { ($0, 1 / Double(Workload.allCases.count)) } }
        return kept.map { ($0.0, $0.1 / sum) }
    }

    /// Whether every figure is finite, as decoded state must be.
    var isSound: Bool {
        count >= 0 && !priorCurves.isEmpty && tallies.values.allSatisfy(\.isSound)
    }

    /// The prompt's acceptance for every workload it may be of.
    func forecast(_ traits: PromptTraits) -> PromptForecast {
        PromptForecast(
            traits: traits, kind: PromptKind(traits),
            parts: shares(traits.distribution).map { workload, share in
                .init(workload: workload, share: share, curve: curve(workload, traits))
            })
    }

    /// Drafts of a prompt at a setting.
    ///
    /// The prompt is of one workload, so its time is the mean over workloads of the time it would take there:
    /// tokens per step mix as a harmonic mean, drafts per step by the steps each workload would take.
    func drafts(_ forecast: PromptForecast, _ setting: DraftSetting) -> MixedDrafts {
        guard setting.isDrafting else { return .off }
        var stepsPerToken = 0.0
        var drafted = 0.0
        var deviation = 0.0
        for part in forecast.parts {
            let estimate = estimate(part, forecast.traits, setting)
            let steps = part.share / estimate.tokensPerStep
            stepsPerToken += steps
            drafted += steps * estimate.drafts.drafted
            deviation += steps * estimate.logDeviation
        }
        return MixedDrafts(
            tokensPerStep: 1 / stepsPerToken, drafted: drafted / stepsPerToken,
            logDeviation: deviation / stepsPerToken)
    }

    /// What a prompt of one workload would do at a setting.
    private func estimate(
        _ part: PromptForecast.Part, _ traits: PromptTraits, _ setting: DraftSetting
    ) -> DraftEstimate {
        let curve = part.curve
        let drafts = curve.curve.expectedDrafts(setting)
        let deviation = curve.logTokensPerStepDeviation(depth: setting.depth)
        guard setting.pMin > 0 else {
            return DraftEstimate(drafts: drafts, logDeviation: deviation)
        }
        let parent = constants.thresholdSteps
        var learned =
            calibrations[setting]?.corrected(
                drafts, depth: setting.depth, priorSteps: constants.calibrationSteps) ?? drafts
        var seen = 0.0
        for group in ladder(part.workload, traits) {
            guard let totals = tallies[group]?.settings[setting] else { continue }
            let weight = totals.steps + parent
            learned.drafted = (totals.drafted + parent * learned.drafted) / weight
            learned.accepted = (totals.accepted + parent * learned.accepted) / weight
            seen = max(seen, totals.steps)
        }
        let unsure = max(
            deviation, constants.thresholdDeviation * learned.accepted / (1 + learned.accepted))
        return DraftEstimate(
            drafts: learned, logDeviation: unsure / (1 + seen / parent).squareRoot())
    }

    /// The acceptance curve of a prompt, were it of one workload.
    func curve(_ workload: Workload, _ traits: PromptTraits) -> AcceptanceEstimate {
        var estimate = workloadPrior(workload, thinking: traits.thinking)
        if let tally = tallies[.workload(workload, traits)] { estimate = estimate.updated(with: tally) }
        descend(.batch(workload, traits), constants.batch, &estimate)
        descend(.template(traits), constants.template, &estimate)
        return estimate
    }

    /// One level down the ladder: a group starts from its parent, less certain, and adds its own evidence.
    private func descend(
        _ group: AcceptanceGroup?, _ spread: Constants.Spread?, _ estimate: inout AcceptanceEstimate
    ) {
        guard let group, let spread else { return }
        estimate = estimate.widened(logitDeviation: spread.logit, logGammaDeviation: spread.logGamma)
        if let tally = tallies[group] { estimate = estimate.updated(with: tally) }
    }

    /// Requests of one workload, thinking as the traits do, old ones faded.
    func requests(of workload: Workload, _ traits: PromptTraits) -> Double {
        tallies[.workload(workload, traits)]?.requests ?? 0
    }

    /// The curve of a whole workload, thinking as the traits do.
    func curve(ofAll workload: Workload, _ traits: PromptTraits) -> AcceptanceCurve {
        let start = workloadPrior(workload, thinking: traits.thinking)
        guard let tally = tallies[.workload(workload, traits)] else { return start.curve }
        return start.updated(with: tally).curve
    }

    /// Templates that were seen.
    var knownTemplates: Set<String> { Set(tallies.keys.compactMap(\.template)) }

    /// Batches that were seen.
    var knownBatches: Set<String> { Set(tallies.keys.compactMap(\.batch)) }

    /// Requests that speak for a prompt: the most seen by any group of its ladder.
    func evidence(_ traits: PromptTraits) -> Double {
        let label = traits.distribution.label
        return ladder(label, traits).compactMap { tallies[$0]?.requests }.max() ?? 0
    }

    private func ladder(_ workload: Workload, _ traits: PromptTraits) -> [AcceptanceGroup] {
        [
            .workload(workload, traits), .batch(workload, traits), .template(traits),
        ].compactMap { $0 }
    }

    private func workloadPrior(_ workload: Workload, thinking: Bool) -> AcceptanceEstimate {
        AcceptanceEstimate(
            curve: priorCurves[workload] ?? priors.curve(workload),
            logitDeviation: constants.workload.logit, logGammaDeviation: constants.workload.logGamma
        ).shifted(byLogit: thinking ? priors.thinkingLogit : 0)
    }

    private func expectedByCurve(
        _ traits: PromptTraits, _ setting: DraftSetting, shares: [(Workload, Double)]
    ) -> DraftsPerStep {
        var sum = DraftsPerStep(drafted: 0, accepted: 0)
        for (workload, share) in shares {
            let drafts = curve(workload, traits).curve.expectedDrafts(setting)
            sum.drafted += share * drafts.drafted
            sum.accepted += share * drafts.accepted
        }
        return sum
    }

    private mutating func add(_ observation: Observation, to group: AcceptanceGroup, share: Double) {
        tallies[group, default: AcceptanceTally()].add(
            observation, share: share, at: count, constants: constants)
    }
}
