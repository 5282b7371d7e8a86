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
    /// Prompt tokens read for each token of its answer.
    var readPerToken = 0.0
}
