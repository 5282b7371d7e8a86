import Foundation
import Spool

/// The prompts that wait, of which only a few are in memory; hands each out once.
///
/// Memory is bounded, whatever the backlog: at most ``activeBatches`` batches have groups here, at most
/// ``readAhead`` prompts of a group and about ``mostReadAhead`` of all are read ahead, and nothing more is handed
/// out while ``mostRetries`` prompts wait for their next try. What does not fit waits in the ledger.
actor PromptQueue {
    /// Between two looks at the ledger for what nobody told of.
    private static let lookInterval: Duration = .seconds(10)
    /// Before batches are looked for again that could not be read.
    private static let pauseAfterTrouble: Duration = .seconds(1)

    private let ledger: Ledger
    private let readAhead: Int
    private let mostReadAhead = 8192
    private let activeBatches: Int
    private let mostRetries: Int

    private var groups = WaitingGroups()
    private var retries = RetryList()
    /// Whether the ledger may have waiting batches that are not active.
    private var mayLoad = true
    private var lastLook = ContinuousClock.now
    /// Batches whose groups are being read.
    private var activating = 0
    private let waiters = Waiters()

    init(ledger: Ledger, readAhead: Int = 256, activeBatches: Int = 256, mostRetries: Int = 1024) {
        self.ledger = ledger
        self.readAhead = readAhead
        self.activeBatches = activeBatches
        self.mostRetries = mostRetries
    }

    /// Prompts that wait, without those whose next try is still to come; roughly, for batches that are not active.
    var waiting: Int { groups.waiting }

    /// Prompts whose next try is still to come.
    var delayed: Int { retries.count }

    /// Counts everything the ledger has waiting, after a start.
    func recover() async throws(SpoolError) {
        let waiting = try await ledger.waitingCount()
        groups.count(waiting - groups.waiting)
        mayLoad = true
        try await load()
    }

    /// Adds a batch that was read in. If there is no room, the largest of the batches makes room, so that a newcomer does not
    /// wait for all that came before it.
    func add(batch: Int64) async throws(SpoolError) {
        guard let record = try await ledger.batch(sequence: batch), record.openCount > 0 else { return }
        groups.count(record.openCount)
        if groups.batches.count >= activeBatches {
            guard let largest = groups.largest, await makesRoom(largest, for: record) else {
                mayLoad = true
                return
            }
            deactivate(largest.batch)
        }
        try await activate(batch)
    }

    /// Looks at a batch anew, to which prompts were added. Those that wait for their next try go on doing so.
    func extend(batch: Int64) async throws(SpoolError) {
        let before = groups.waiting(of: batch)
        deactivate(batch)
        try await activate(batch)
        groups.count(groups.waiting(of: batch) - before)
    }

    /// Looks at a batch anew, of which prompts were cancelled or wait again.
    func reload(batch: Int64) async throws(SpoolError) {
        for prompt in retries.remove(batch: batch) { groups.end(prompt.key) }
        try await extend(batch: batch)
    }

    /// The groups that have prompts now, oldest batch first.
    func backlog() async -> [QueueGroup] {
        releaseDueRetries()
        lookAgainNowAndThen()
        try? await load()
        if groups.groupCount == 0, !mayLoad, activating == 0 { groups.count(-groups.waiting) }
        return groups.backlog
    }

    /// What was added to the ledger without this queue being told, since something failed in between, is found too.
    private func lookAgainNowAndThen() {
        guard lastLook.duration(to: .now) >= Self.lookInterval else { return }
        lastLook = .now
        mayLoad = true
    }

    /// Returns when there may be prompts to be had that there were not after `seen` arrivals.
    ///
    /// - Returns: How many arrivals there were. A lane that was told of the last one finds what it brought in the
    ///   backlog.
    func arrivals(after seen: Int) async -> Int {
        while waiters.changes == seen, !Task.isCancelled {
            let look = mayLoad ? .now + Self.pauseAfterTrouble : lastLook + Self.lookInterval
            await waiters.wait(until: min(look, retries.next ?? look))
            releaseDueRetries()
            lookAgainNowAndThen()
            try? await load()
        }
        return waiters.changes
    }

    /// Takes the next prompt of the groups in `allowed`: the highest priority first, then the soonest deadline, as far as
    /// ``Urgency`` tells them apart, then the batch that was served longest ago, so that a small batch does not wait for a
    /// large one; within the batch as `order` says.
    func take(
        from allowed: Set<String>, in order: PrefixOrder = PrefixOrder()
    ) async throws(SpoolError) -> QueuedPrompt? {
        let now = Date()
        while retries.count < mostRetries, let first = groups.next(from: allowed, at: now) {
            guard groups[first]?.buffer.isEmpty == false else {
                try await refill(first)
                continue
            }
            if let prompt = groups.take(besides: first, from: allowed, in: order, at: now) { return prompt }
        }
        return nil
    }

    /// Gives a prompt back: at once, or for a later try.
    func putBack(_ prompt: QueuedPrompt, notBefore: ContinuousClock.Instant? = nil) {
        retries.add(prompt, notBefore: notBefore ?? .now)
        waiters.wakeAll()
    }

    /// Notes that a prompt that was taken has its outcome.
    ///
    /// Its outcome was in the ledger a moment before. A batch that became active in that moment counted the prompt
    /// off once too often, so that one that waits may have been left out: the ledger is looked at again.
    func end(_ key: PromptKey) {
        groups.end(key)
        guard !groups.isActive(key.batch) else { return }
        mayLoad = true
        waiters.wakeAll()
    }

    /// Forgets a batch that is finished or cancelled.
    func forget(batch: Int64) {
        if groups.isActive(batch) { mayLoad = true }
        groups.forget(batch)
        _ = retries.remove(batch: batch)
        waiters.wakeAll()
    }

    // MARK: The ledger

    /// Fills up with batches of the ledger when there is room for many.
    private func load() async throws(SpoolError) {
        guard mayLoad, groups.batches.count <= activeBatches * 3 / 4 else { return }
        mayLoad = false
        let underWay = groups.underWay
        var seen = Set(groups.batches)
        do {
            while groups.batches.count < activeBatches {
                let batches = try await ledger.waitingBatches(
                    excluding: seen, limit: activeBatches - groups.batches.count)
                guard !batches.isEmpty else { return }
                seen.formUnion(batches.map(\.sequence))
                for batch in batches where batch.openCount > underWay[batch.sequence] ?? 0 {
                    try await activate(batch.sequence)
                }
            }
            mayLoad = true
        } catch {
            mayLoad = true
            throw error
        }
    }

    private func activate(_ batch: Int64) async throws(SpoolError) {
        activating += 1
        defer { activating -= 1 }
        groups.activate(batch, try await ledger.backlog(batch: batch))
        waiters.wakeAll()
    }

    /// Leaves a batch's prompts to the ledger.
    private func deactivate(_ batch: Int64) {
        if groups.deactivate(batch) { mayLoad = true }
    }

    /// Whether an active batch gives its place to another one, of no lower priority, that is smaller or more urgent.
    private func makesRoom(_ active: (batch: Int64, waiting: Int), for record: BatchRecord) async -> Bool {
        let other = (try? await ledger.batch(sequence: active.batch)) ?? nil
        guard other?.priority ?? 0 <= record.priority else { return false }
        let now = Date()
        return active.waiting > record.openCount
            || Urgency(of: record.deadline, at: now) < Urgency(of: other?.deadline, at: now)
    }

    /// Reads on in a group; who comes while that is under way waits for it.
    private func refill(_ key: QueueGroup.Key) async throws(SpoolError) {
        guard let cursor = groups[key]?.cursor else { return }
        guard groups.beginRefill(key) else {
            return await withCheckedContinuation { groups.wait(forRefillOf: key, $0) }
        }
        defer { groups.endRefill(key) }
        let prompts = try await ledger.queued(
            batch: key.batch, group: key.group, priority: key.priority, after: cursor,
            limit: max(8, min(readAhead, mostReadAhead / groups.groupCount)))
        groups.refill(key, after: cursor, with: prompts)
    }

    private func releaseDueRetries() {
        for prompt in retries.takeDue(at: .now) {
            if !groups.release(prompt) { mayLoad = true }
            waiters.wakeAll()
        }
    }
}

/// Prompts that wait for their next try.
private struct RetryList {
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
