/// A prompt that an engine works on.
struct RunningPrompt {
    var startedAt = ContinuousClock.now
    /// Tokens its answer is expected to have.
    let expectedTokens: Double
    /// The speed expected of it.
    let tokensPerSecond: Double

    /// Share of the expected tokens that are taken to be left however many have come: lengths are guesses.
    private static let leastShareLeft = 0.2

    /// Time until it is done, seconds: what has taken longer than expected is taken to go on for as long again as that is,
    /// so that one that hangs is less and less waited for.
    func secondsLeft(at now: ContinuousClock.Instant) -> Double {
        let expected = tokensPerSecond > 0 ? expectedTokens / tokensPerSecond : 0
        let late = startedAt.duration(to: now) / .seconds(1) - expected
        return max(late, tokensPerSecond > 0 ? tokensLeft(at: now) / tokensPerSecond : 0)
    }

    /// Tokens still to come.
    func tokensLeft(at now: ContinuousClock.Instant) -> Double {
        let come = startedAt.duration(to: now) / .seconds(1) * tokensPerSecond
        return max(expectedTokens - come, Self.leastShareLeft * expectedTokens)
    }
}
