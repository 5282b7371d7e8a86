/// Drafts per step of a prompt whose workload is only probable.
struct MixedDrafts: Sendable, Hashable {
    var tokensPerStep: Double
    /// Drafted tokens per step.
    var drafted: Double
    /// Standard deviation of the logarithm of the tokens per step.
    var logDeviation: Double

    /// Accepted drafts per step.
    var accepted: Double { tokensPerStep - 1 }

    /// Nothing drafted.
    static let off = MixedDrafts(tokensPerStep: 1, drafted: 0, logDeviation: 0)
}
