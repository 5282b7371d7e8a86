/// What a breaker says.
extension CircuitBreaker {
    /// What may be sent.
    package enum Gate: CaseIterable { case closed, open, trial }

    /// Whose fault a failure is.
    enum Verdict: Equatable {
        /// It counts as an attempt.
        case prompt
        /// So does its refusal for want of room; it is kept until then, as after the refusals before.
        case refusedPrompt(keepUntil: Instant)
        /// It does not; the prompt is kept until then, so that others are tried before it.
        case engine(keepUntil: Instant)
    }

    /// Why and until when nothing is sent.
    struct Pause {
        let fault: EngineFault
        /// When the engine first failed after it last did its work.
        let since: Instant
        var until: Instant
        /// Whether the engine itself said how long.
        var wasAskedFor: Bool
    }
}
