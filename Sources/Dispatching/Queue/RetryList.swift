import Spool

/// Prompts that wait for their next try, and the engines that gave them back.
struct RetryList {
    private struct Retry {
        let prompt: QueuedPrompt
        let notBefore: ContinuousClock.Instant
        let engine: String
    }

    private var retries: [Retry] = []
    private var counts: [String: Int] = [:]

    var count: Int { retries.count }

    /// How many of them an engine gave back.
    func count(of engine: String) -> Int { counts[engine] ?? 0 }

    /// When the next one is due.
    var next: ContinuousClock.Instant? { retries.map(\.notBefore).min() }

    mutating func add(_ prompt: QueuedPrompt, notBefore: ContinuousClock.Instant, by engine: String) {
        retries.append(Retry(prompt: prompt, notBefore: notBefore, engine: engine))
        counts[engine, default: 0] += 1
    }

    /// - Returns: Those of a batch, which are the caller's now.
    mutating func remove(batch: Int64) -> [QueuedPrompt] { take { $0.prompt.key.batch == batch } }

    /// - Returns: Those of `keys`, which are the caller's now.
    mutating func remove(_ keys: Set<PromptKey>) -> [QueuedPrompt] { take { keys.contains($0.prompt.key) } }

    /// - Returns: Those that are due, which are the caller's now.
    mutating func takeDue(at now: ContinuousClock.Instant) -> [QueuedPrompt] { take { $0.notBefore <= now } }

    private mutating func take(where isMeant: (Retry) -> Bool) -> [QueuedPrompt] {
        let taken = retries.filter(isMeant)
        guard !taken.isEmpty else { return [] }
        retries.removeAll(where: isMeant)
        for retry in taken { counts[retry.engine, default: 0] -= 1 }
        return taken.map(\.prompt)
    }
}
