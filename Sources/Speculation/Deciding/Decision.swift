/// The depth chosen for a prompt, with predicted figures and the reason.
public struct Decision: Sendable, Hashable {
    /// What a decision rests on.
    public enum Source: String, Sendable, Hashable {
        /// The user asked for this depth.
        case override
        /// Observations of this engine.
        case learned
        /// Published figures; this engine has not been observed enough.
        case prior
        /// The first look at a kind of prompts, to learn how its drafts are accepted.
        case exploration
        /// The lane that runs, because a switch would not pay.
        case lane
    }

    /// What the prompt runs with.
    public var setting: DraftSetting
    /// One sentence with the figures that made the decision.
    public var reason: String
    public var source: Source
    /// What is expected at ``setting``.
    public var prediction: Prediction
    /// Tokens per second expected at depth 0 with the same slots busy.
    public var baselineTokensPerSecond: Double
    /// Tokens per second expected at ``setting``.
    public var tokensPerSecond: Double { prediction.tokensPerSecond }
}
