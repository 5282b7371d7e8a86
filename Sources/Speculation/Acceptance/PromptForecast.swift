import Workload

/// A prompt's acceptance and reading worked out once, to be asked at several settings.
struct PromptForecast: Sendable {
    /// One workload the prompt may be of.
    struct Part: Sendable {
        var workload: Workload
        /// Probability that it is.
        var share: Double
        var curve: AcceptanceEstimate
    }

    let traits: PromptTraits
    let kind: PromptKind
    let parts: [Part]
    /// Requests that speak for it: the most seen by any group it belongs to.
    let evidence: Double
    /// Prompt tokens read for each token of its answer.
    var readPerToken = 0.0
}
