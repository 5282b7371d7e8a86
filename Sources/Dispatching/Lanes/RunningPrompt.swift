/// A prompt that an engine works on.
struct RunningPrompt {
    var startedAt = ContinuousClock.now
    /// Tokens its answer is expected to have.
    let expectedTokens: Double
    /// The speed expected of it.
    let tokensPerSecond: Double

    /// Share of the expected tokens that are taken to be left however many have come: lengths are guesses.
    private static let leastShareLeft = 0.2

    /// Tokens still to come.
    func tokensLeft(at now: ContinuousClock.Instant) -> Double {
        let come = startedAt.duration(to: now) / .seconds(1) * tokensPerSecond
        return max(expectedTokens - come, Self.leastShareLeft * expectedTokens)
    }
}
