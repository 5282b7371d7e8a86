/// What a prompt is expected to do at one setting.
public struct Prediction: Sendable, Hashable {
    /// Accepted / drafted tokens; nil at depth 0, and with lookups, of which it is not known.
    public var acceptance: Double?
    /// Drafted tokens per step.
    public var draftsPerStep: Double
    /// Tokens a step yields, E(d) = 1 + accepted drafts.
    public var tokensPerStep: Double
    /// Time of one step, τ(d, B), in milliseconds.
    public var stepMilliseconds: Double
    /// Tokens per second of this prompt.
    public var tokensPerSecond: Double
    /// Tokens per second of all busy slots together, if all were as this prompt, the time to read their prompts
    /// included.
    public var totalTokensPerSecond: Double
    /// Speed against depth 0 with the same slots busy.
    public var speedup: Double
    /// Standard deviation of the speed, as a share of it.
    public var relativeUncertainty: Double
    /// Standard deviation of the speed-up, as a share of it; 0 at depth 0.
    public var speedupUncertainty: Double
}
