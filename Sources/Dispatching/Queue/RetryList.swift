import Spool

/// Prompts that wait for their next try.
struct RetryList {
    private var retries: [(prompt: QueuedPrompt, notBefore: ContinuousClock.Instant)] = []

    var count: Int { retries.count }

    /// When the next one is due.
    var next: ContinuousClock.Instant? { retries.map(\.notBefore).min() }

    mutating func add(_ prompt: QueuedPrompt, notBefore: ContinuousClock.Instant) {
        retries.append((prompt, notBefore))
    }

    /// - Returns: Those of a batch, which are the caller's now.
    mutating func remove(batch: Int64) -> [QueuedPrompt] { take { $0.prompt.key.batch == batch } }

    /// - Returns: Those that are due, which are the caller's now.
    mutating func takeDue(at now: ContinuousClock.Instant) -> [QueuedPrompt] { take { $0.notBefore <= now } }

    private mutating func take(
        where isMeant: ((prompt: QueuedPrompt, notBefore: ContinuousClock.Instant)) -> Bool
    ) -> [QueuedPrompt] {
        let taken = retries.filter(isMeant)
        if !taken.isEmpty { retries.removeAll(where: isMeant) }
        return taken.map(\.prompt)
    }
}
