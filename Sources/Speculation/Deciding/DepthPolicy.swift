/// Chooses the setting with the greatest expected speed, reading the prompt included.
public struct DepthPolicy: Sendable, Hashable {
    /// Depths 0, 1, 2, 3 and 5 without a threshold.
    public static let defaultCandidates = [0, 1, 2, 3, 5].map { DraftSetting(depth: $0) }

    /// The shallowest depth at which cutting drafts short is worth a setting of its own.
    public static let leastThresholdDepth = 3

    /// Settings to choose from, in order of depth; off is always one of them.
    public let candidates: [DraftSetting]
    /// How many times longer a prompt may be expected to take for the sake of a first look at its kind.
    public let worstCaseFactor: Double

    public init(
        candidates: [DraftSetting] = DepthPolicy.defaultCandidates, worstCaseFactor: Double = 2
    ) {
        self.candidates = Array(Set(candidates + [.off])).sorted()
        self.worstCaseFactor = max(1, worstCaseFactor)
    }

    /// The same policy with lookups among its candidates, beside settings that it has anyway.
    public func adding(ngramSettings: Set<DraftSetting>) -> DepthPolicy {
        let added = ngramSettings.filter { candidates.contains($0.withoutNgrams) }
        guard !added.isEmpty else { return self }
        return DepthPolicy(candidates: candidates + added, worstCaseFactor: worstCaseFactor)
    }

    /// What a prompt is expected to do at its best setting, or at the `depth` that the user asked for, while `busySlots`
    /// slots are busy.
    public func expectation(
        _ traits: PromptTraits, model: LearnedModel, busySlots: Int, override depth: Int? = nil
    ) -> Prediction {
        let forecast = model.forecast(traits)
        let settings = depth.map { [DraftSetting(depth: $0)] } ?? candidates
        let predictions = settings.map { model.predict(forecast, $0, busySlots: busySlots) }
        return predictions.max { $0.totalTokensPerSecond < $1.totalTokensPerSecond }
            ?? model.predict(forecast, .off, busySlots: busySlots)
    }

    /// The best setting for a prompt while `busySlots` slots are busy; the same inputs give the same answer. A `depth` that
    /// the user asked for is obeyed exactly (without a threshold).
    public func decide(
        _ traits: PromptTraits, model: LearnedModel, busySlots: Int, override depth: Int? = nil
    ) -> Decision {
        let forecast = model.forecast(traits)
        let baseline = model.predict(forecast, .off, busySlots: busySlots)
        if let depth {
            let setting = DraftSetting(depth: depth)
            let prediction = model.predict(forecast, setting, busySlots: busySlots)
            return Decision(
                setting: setting,
                reason: "\(setting.label) as asked for; "
                    + DecisionReason.expectation(
                        prediction, model.basis(forecast.kind, setting, busySlots: busySlots)),
                source: .override, prediction: prediction,
                baselineTokensPerSecond: baseline.tokensPerSecond)
        }
        let incumbent = model.incumbents.setting(of: forecast.kind).flatMap {
            candidates.contains($0) ? $0 : nil
        }
        let known = incumbent ?? .off
        var chosen = (
            setting: known,
            prediction: known == .off ? baseline : model.predict(forecast, known, busySlots: busySlots)
        )
        let knownSpeed = chosen.prediction.totalTokensPerSecond
        var greatest = knownSpeed
        var fastest = chosen
        var bestDrafting = known.isDrafting ? chosen : nil
        for candidate in candidates where candidate != known {
            let prediction =
                candidate == .off ? baseline : model.predict(forecast, candidate, busySlots: busySlots)
            let speed = prediction.totalTokensPerSecond
            if candidate.isDrafting, speed > bestDrafting?.prediction.totalTokensPerSecond ?? 0 {
                bestDrafting = (candidate, prediction)
            }
            guard speed > knownSpeed * (1 + 1e-9) else { continue }
            if speed > fastest.prediction.totalTokensPerSecond { fastest = (candidate, prediction) }
            let caution =
                incumbent == nil ? 1 : model.caution(forecast, candidate, busySlots: busySlots)
            if speed / caution > greatest {
                greatest = speed / caution
                chosen = (candidate, prediction)
            }
        }
        let doubt =
            fastest.setting == chosen.setting
            ? "" : "; \(fastest.setting.label) may be faster, but that is not sure enough"
        return Decision(
            setting: chosen.setting,
            reason: DecisionReason.choice(
                traits, chosen.setting, chosen.prediction, bestDrafting: bestDrafting, model: model,
                busySlots: busySlots) + doubt,
            source: source(traits, model: model),
            prediction: chosen.prediction, baselineTokensPerSecond: baseline.tokensPerSecond)
    }

    /// The decision where there is nothing to choose: the engine runs at one setting only.
    public func decision(
        _ traits: PromptTraits, at setting: DraftSetting, model: LearnedModel, busySlots: Int
    ) -> Decision {
        let forecast = model.forecast(traits)
        let prediction = model.predict(forecast, setting, busySlots: busySlots)
        return Decision(
            setting: setting,
            reason: "this engine runs at \(setting.label) only; "
                + DecisionReason.expectation(
                    prediction, model.basis(forecast.kind, setting, busySlots: busySlots)),
            source: .lane, prediction: prediction,
            baselineTokensPerSecond: model.predict(forecast, .off, busySlots: busySlots).tokensPerSecond)
    }

    /// Learned when drafts of such prompts and the cost of a drafting step were seen, else prior.
    private func source(_ traits: PromptTraits, model: LearnedModel) -> Decision.Source {
        let measured = candidates.contains { $0.isDrafting && model.hasMeasuredCost(of: $0) }
        let seen = model.acceptanceEvidence(traits) >= model.constants.choosing.evidenceOfAKind
        return measured && seen ? .learned : .prior
    }
}
