import Engine
import Settings
import Speculation

/// What the daemon would decide for a prompt, without running anything.
public struct DecisionPreview: Sendable {
    /// Names workloads as the daemon does.
    public let judge: PromptJudge
    /// What the decisions rest on.
    public let note: String
    private let model: LearnedModel
    private let policy: DepthPolicy
    private let slots: Int
    /// The engine's setting, where it has one only.
    private var onlySetting: DraftSetting?

    /// Reads what was learned of the configured engine; where that cannot be had, the figures published of `quantization`
    /// stand in.
    ///
    /// An engine that is not there is taken to run on `device`; nil: this machine's GPU, else what `quantization` was
    /// published of, else a processor.
    ///
    /// - Throws: an error about the classifier or the site's rules.
    public static func load(settings: Settings, quantization: String? = nil, device: DeviceKind? = nil)
        async throws
        -> DecisionPreview
    {
        let judge = try PromptJudge(rules: settings.rules)
        do {
            let source = try await settings.engineSource(stallLimit: StallLimit(.zero))
            let model = LearnedStore.peek(
                stateDirectory: settings.stateDirectory, fingerprint: source.fingerprint)
            let basis =
                model.observationCount > 0
                ? "learned from \(model.observationCount) generations on this engine"
                : "nothing was learned of this engine yet; acceptance is others' published figures, costs are "
                    + model.priorSource
            return DecisionPreview(
                judge: judge, note: [basis, source.warning].compactMap { $0 }.joined(separator: "; "),
                model: model,
                policy: DepthPolicy(candidates: source.candidates)
                    .adding(ngramSettings: source.supportsNgrams ? model.gainfulNgramSettings : []),
                slots: source.slots,
                onlySetting: source.candidates.count == 1 ? source.candidates.first : nil)
        } catch {
            let usual = DeviceName.kind == .processor && quantization != nil ? .unknown : DeviceName.kind
            let model = LearnedModel(
                fingerprint: EngineFingerprint(
                    modelIdentity: "", quantization: quantization ?? "Q8_0", engineBuild: "", device: "",
                    deviceKind: device ?? usual, contextTokens: 0, slots: settings.engine.slots))
            return DecisionPreview(
                judge: judge,
                note:
                    "acceptance is others' published figures, costs are \(model.priorSource), since the engine cannot "
                    + "be looked at: \(error)",
                model: model,
                policy: DepthPolicy(candidates: ManagedEngineSource.candidates(settings.speculation)),
                slots: settings.engine.slots)
        }
    }

    /// The decision with all slots busy.
    public func decide(_ judgement: Judgement) -> Decision {
        if let onlySetting {
            return policy.decision(judgement.traits, at: onlySetting, model: model, busySlots: slots)
        }
        return policy.decide(
            judgement.traits, model: model, busySlots: slots, override: judgement.depthOverride)
    }
}
