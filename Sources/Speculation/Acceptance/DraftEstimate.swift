/// Drafts per step of a group at a setting, and how sure the tokens per step are.
struct DraftEstimate: Sendable, Hashable {
    var drafts: DraftsPerStep
    /// Standard deviation of the logarithm of the tokens per step.
    var logDeviation: Double

    var tokensPerStep: Double { 1 + drafts.accepted }
}
