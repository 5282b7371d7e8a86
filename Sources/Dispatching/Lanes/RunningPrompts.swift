import Spool

/// The prompts that a lane's engine works on, and what is left of them.
struct RunningPrompts {
    private var prompts: [PromptKey: RunningPrompt] = [:]

    subscript(key: PromptKey) -> RunningPrompt? {
        get { prompts[key] }
        set { prompts[key] = newValue }
    }

    /// Tokens still to come of each.
    func tokensLeft(at now: ContinuousClock.Instant) -> [Double] {
        prompts.values.map { $0.tokensLeft(at: now) }
    }

    /// Time until each is done, seconds in all.
    func secondsLeft(at now: ContinuousClock.Instant) -> Double {
        prompts.values.reduce(0) { $0 + $1.secondsLeft(at: now) }
    }

    /// Slots that will be busy on average while a further prompt of `tokens` runs, its own included.
    ///
    /// The others go on for as many tokens as they have left; `waiting` more, as long as this one, follow them.
    ///
    /// - Parameters:
    ///   - inFlight: prompts that were taken, this one and those not sent yet among them.
    ///   - slots: the most to be kept busy.
    func expectedBusySlots(
        tokens: Double, inFlight: Int, waiting: Int, atMost slots: Int, now: ContinuousClock.Instant
    ) -> Int {
        let tokens = max(1, tokens)
        let sent = tokensLeft(at: now).reduce(0) { $0 + min($1, tokens) }
        let whole = Double(max(0, inFlight - 1 - prompts.count) + waiting) * tokens
        return max(1, min(slots, Int((1 + (sent + whole) / tokens).rounded())))
    }
}
