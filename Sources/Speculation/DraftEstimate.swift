/// Drafts per step of a group at a setting, and how sure the tokens per step are.
struct DraftEstimate: Sendable, Hashable {
    var drafts: DraftsPerStep
    /// Standard deviation of the logarithm of the tokens per step.
    var logDeviation: Double

    /// Nothing drafted, one token a step, for certain.
    static let off = DraftEstimate(drafts: DraftsPerStep(drafted: 0, accepted: 0), logDeviation: 0)

    var tokensPerStep: Double { 1 + drafts.accepted }
}
