import Intake
import Settings
import Speculation

/// What the daemon would decide for a prompt, without running anything.
public struct DecisionPreview: Sendable {
    /// Names workloads as the daemon does.
    public let judge: PromptJudge
    private let engine: EngineOutlook

    /// What the decisions rest on.
    public var note: String { engine.note }

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
            return DecisionPreview(judge: judge, engine: try await EngineOutlook(settings: settings))
        } catch {
            return DecisionPreview(
                judge: judge,
                engine: EngineOutlook(
                    settings: settings, quantization: quantization, device: device, because: error))
        }
    }

    /// The decision with all slots busy.
    public func decide(_ judgement: Judgement) -> Decision {
        if let only = engine.onlySetting {
            return engine.policy.decision(
                judgement.traits, at: only, model: engine.model, busySlots: engine.slots)
        }
        return engine.policy.decide(
            judgement.traits, model: engine.model, busySlots: engine.slots, override: judgement.depthOverride)
    }
}
