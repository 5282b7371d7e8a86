import DequeModule
import Foundation
import Spool

/// The prompts that wait, of which only a few are in memory; hands each out once.
///
/// Memory is bounded: ``readAhead`` prompts a group, whatever the backlog.
actor PromptQueue {
    private static let readAhead = 32

    private let ledger: Ledger
    private var groups: [QueueGroup.Key: QueueGroup] = [:]
    private var retries: [(prompt: QueuedPrompt, notBefore: ContinuousClock.Instant)] = []
    private var lastServed: [Int64: Int] = [:]
    private var servings = 0

    init(ledger: Ledger) {
        self.ledger = ledger
    }

    /// Adds everything the ledger has waiting of `batch`, or of all batches after a start.
    func add(batch: Int64? = nil) async throws(SpoolError) {
        for entry in try await ledger.backlog(batch: batch) {
            let group = QueueGroup(entry)
            groups[group.key] = group
        }
    }

    /// Prompts that wait, without those whose next try is still to come.
    var waiting: Int { groups.values.reduce(0) { $0 + $1.waiting } }

    /// Prompts whose next try is still to come.
    var delayed: Int { retries.count }

    /// The groups that have prompts now, oldest batch first.
    func backlog() -> [QueueGroup] {
        releaseDueRetries()
        return groups.values.filter { $0.waiting > 0 }.sorted { $0.key.batch < $1.key.batch }
    }

    /// When the next retry is due.
    var nextRetry: ContinuousClock.Instant? { retries.map(\.notBefore).min() }

    /// Takes the next prompt of the groups in `allowed`: the highest priority first, then the batch that was
    /// served longest ago, so that a small batch does not wait for a large one.
    func take(from allowed: Set<String>) async throws(SpoolError) -> QueuedPrompt? {
        while true {
            let candidates = groups.values.filter { $0.waiting > 0 && allowed.contains($0.key.text) }
            let next = candidates.min { left, right in
                (-left.key.priority, lastServed[left.key.batch] ?? 0, left.key.batch, left.key.group)
                    < (
                        -right.key.priority, lastServed[right.key.batch] ?? 0, right.key.batch,
                        right.key.group
                    )
            }
            guard let key = next?.key else { return nil }
            if let prompt = groups[key]?.buffer.popFirst() {
                groups[key]?.waiting -= 1
                if groups[key]?.waiting == 0 { groups[key] = nil }
                servings += 1
                lastServed[key.batch] = servings
                return prompt
            }
            try await refill(key)
        }
    }

    /// Gives a prompt back: at once, or for a later try.
    func putBack(_ prompt: QueuedPrompt, notBefore: ContinuousClock.Instant? = nil) {
        retries.append((prompt, notBefore ?? .now))
    }

    /// Forgets a batch that is finished.
    func forget(batch: Int64) {
        lastServed[batch] = nil
    }

    private func refill(_ key: QueueGroup.Key) async throws(SpoolError) {
        guard let cursor = groups[key]?.cursor else { return }
        let prompts = try await ledger.queued(
            batch: key.batch, group: key.group, priority: key.priority, after: cursor, limit: Self.readAhead)
        guard var group = groups[key], group.cursor == cursor else { return }
        group.buffer.append(contentsOf: prompts)
        if let last = prompts.last {
            group.cursor = last.key.line
            groups[key] = group
        } else {
            groups[key] = nil
        }
    }

    private func releaseDueRetries() {
        let now = ContinuousClock.now
        let due = retries.filter { $0.notBefore <= now }
        guard !due.isEmpty else { return }
        retries.removeAll { $0.notBefore <= now }
        for (prompt, _) in due { release(prompt) }
    }

    /// A released prompt goes to the front of its group, which is made anew if it was used up.
    private func release(_ prompt: QueuedPrompt) {
        let key = QueueGroup.Key(batch: prompt.key.batch, group: prompt.group, priority: prompt.priority)
        var group =
            groups[key]
            ?? QueueGroup(
                BacklogGroup(
                    batch: key.batch, group: key.group, priority: key.priority, prompts: 0,
                    expectedTokens: 0, traits: prompt.traits, waitingSince: Date()))
        if group.waiting == 0 {
            group.cursor = .max
            group.expectedTokensEach = Double(PromptJudge.assumedTokens)
        }
        group.buffer.prepend(prompt)
        group.waiting += 1
        groups[key] = group
    }
}
