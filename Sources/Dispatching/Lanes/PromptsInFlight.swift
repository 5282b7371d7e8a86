import Spool

/// A prompt that an engine works on.
package struct PromptInFlight {
    let startedAt: ContinuousClock.Instant
    /// Tokens its answer is expected to have.
    let expectedTokens: Double
    /// The speed expected of it.
    let tokensPerSecond: Double

    package init(
        startedAt: ContinuousClock.Instant = .now, expectedTokens: Double, tokensPerSecond: Double
    ) {
        self.startedAt = startedAt
        self.expectedTokens = expectedTokens
        self.tokensPerSecond = tokensPerSecond
    }

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

/// The prompts of a batch that engines work on.
package struct BatchInFlight: Sendable {
    package let prompts: Int
    /// Until the last of them is done.
    package let seconds: Double

    package func and(_ other: BatchInFlight) -> BatchInFlight {
        BatchInFlight(prompts: prompts + other.prompts, seconds: max(seconds, other.seconds))
    }
}

/// The prompts that a lane's engine works on, and what is left of them.
package struct PromptsInFlight {
    private var prompts: [PromptKey: PromptInFlight] = [:]

    package init() {}

    package subscript(key: PromptKey) -> PromptInFlight? {
        get { prompts[key] }
        set { prompts[key] = newValue }
    }

    /// Tokens still to come of each, the fewest first.
    package func tokensLeft(at now: ContinuousClock.Instant) -> [Double] {
        prompts.values.map { $0.tokensLeft(at: now) }.sorted()
    }

    /// Time until each is done, seconds in all.
    func secondsLeft(at now: ContinuousClock.Instant) -> Double {
        prompts.values.reduce(0) { $0 + $1.secondsLeft(at: now) }
    }

    func byBatch(at now: ContinuousClock.Instant) -> [Int64: BatchInFlight] {
        Dictionary(
            prompts.map { key, prompt in
                (key.batch, BatchInFlight(prompts: 1, seconds: prompt.secondsLeft(at: now)))
            },
            uniquingKeysWith: { $0.and($1) })
    }

    /// Slots that will be busy on average while a further prompt of `tokens` runs, its own included.
    ///
    /// The others go on for as many tokens as they have left; `waiting` more, as long as this one, follow them.
    ///
    /// - Parameters:
    ///   - inFlight: prompts that were taken, this one and those not sent yet among them.
    ///   - slots: the most to be kept busy.
    package func expectedBusySlots(
        tokens: Double, inFlight: Int, waiting: Int, atMost slots: Int, now: ContinuousClock.Instant
    ) -> Int {
        let tokens = max(1, tokens)
        let sent = tokensLeft(at: now).reduce(0) { $0 + min($1, tokens) }
        let whole = Double(max(0, inFlight - 1 - prompts.count) + waiting) * tokens
        return max(1, min(slots, Int((1 + (sent + whole) / tokens).rounded())))
    }
}
