import DequeModule
import Foundation
import PromptBatch
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

    private var groups: [QueueGroup.Key: QueueGroup] = [:]
    /// Prompts to be handed out of each batch that has groups here.
    private var active: [Int64: Int] = [:]
    /// Prompts handed out and not ended, or waiting for their next try.
    private var outstanding: [PromptKey: QueueGroup.Key] = [:]
    private var retries = RetryList()
    private var lastServed: [Int64: Int] = [:]
    private var waits = BatchWaits()
    private var servings = 0
    /// Whether the ledger may have waiting batches that are not active.
    private var mayLoad = true
    private var lastLook = ContinuousClock.now
    /// Batches whose groups are being read.
    private var activating = 0
    /// Prompts that wait, without those whose next try is still to come; roughly, for batches that are not active.
    private(set) var waiting = 0
    private var waiters = Waiters()

    init(ledger: Ledger, readAhead: Int = 256, activeBatches: Int = 256, mostRetries: Int = 1024) {
        self.ledger = ledger
        self.readAhead = readAhead
        self.activeBatches = activeBatches
        self.mostRetries = mostRetries
    }

    /// Prompts whose next try is still to come.
    var delayed: Int { retries.count }

    /// How long the oldest of the batches that wait has waited.
    var oldestAge: Duration {
        let waiting = groups.values.lazy.filter { $0.waiting > 0 }.map(\.waitingSince)
        return waiting.min().map { $0.duration(to: .now) } ?? .zero
    }

    /// Counts everything the ledger has waiting, after a start.
    func recover() async throws(SpoolError) {
        waiting = try await ledger.waitingCount()
        mayLoad = true
        try await load()
    }

    /// Adds a batch that was read in. If there is no room, the largest of the batches that are no more urgent makes
    /// room, so that a newcomer does not wait for all that came before it.
    func add(batch: Int64) async throws(SpoolError) {
        guard let record = try await ledger.batch(sequence: batch), record.openCount > 0 else { return }
        waiting += record.openCount
        if active.count >= activeBatches {
            guard let largest = active.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }),
                largest.value > record.openCount, await priority(of: largest.key) <= record.priority
            else {
                mayLoad = true
                return
            }
            deactivate(largest.key)
        }
        try await activate(batch)
    }

    /// Looks at a batch anew, to which prompts were added. Those that wait for their next try go on doing so.
    func extend(batch: Int64) async throws(SpoolError) {
        let before = active[batch] ?? 0
        deactivate(batch)
        try await activate(batch)
        waiting = max(0, waiting + (active[batch] ?? 0) - before)
    }

    /// Looks at a batch anew, of which prompts were cancelled or wait again.
    func reload(batch: Int64) async throws(SpoolError) {
        for prompt in retries.remove(batch: batch) { outstanding[prompt.key] = nil }
        try await extend(batch: batch)
    }

    /// The groups that have prompts now, oldest batch first.
    func backlog() async -> [QueueGroup] {
        releaseDueRetries()
        lookAgainNowAndThen()
        try? await load()
        if groups.isEmpty, !mayLoad, activating == 0 { waiting = 0 }
        return groups.values.filter { $0.waiting > 0 }.sorted { $0.key.batch < $1.key.batch }
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
            let waiter = waiters.add()
            await waiter.wait(until: min(look, retries.next ?? look))
            waiters.remove(waiter)
            releaseDueRetries()
            lookAgainNowAndThen()
            try? await load()
        }
        return waiters.changes
    }

    /// Takes the next prompt of the groups in `allowed`: the highest priority first, then the batch that was
    /// served longest ago, so that a small batch does not wait for a large one; within the batch as `order` says.
    func take(
        from allowed: Set<String>, in order: PrefixOrder = PrefixOrder()
    ) async throws(SpoolError) -> QueuedPrompt? {
        while retries.count < mostRetries, let first = next(from: allowed) {
            guard groups[first]?.buffer.isEmpty == false else {
                try await refill(first)
                continue
            }
            let (key, place) = choice(besides: first, from: allowed, in: order)
            guard let prompt = groups[key]?.buffer.remove(at: place) else { continue }
            noteTaken(prompt, from: key)
            return prompt
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
        outstanding[key] = nil
        guard active[key.batch] == nil else { return }
        mayLoad = true
        waiters.wakeAll()
    }

    /// Forgets a batch that is finished or cancelled.
    func forget(batch: Int64) {
        waiting = max(0, waiting - (active[batch] ?? 0))
        deactivate(batch)
        _ = retries.remove(batch: batch)
        outstanding = outstanding.filter { $0.key.batch != batch }
        lastServed[batch] = nil
        waits.forget(batch)
        waiters.wakeAll()
    }

    // MARK: Batches

    /// Fills up with batches of the ledger when there is room for many.
    private func load() async throws(SpoolError) {
        guard mayLoad, active.count <= activeBatches * 3 / 4 else { return }
        mayLoad = false
        var underWay: [Int64: Int] = [:]
        for key in outstanding.keys { underWay[key.batch, default: 0] += 1 }
        var seen = Set(active.keys)
        do {
            while active.count < activeBatches {
                let batches = try await ledger.waitingBatches(
                    excluding: seen, limit: activeBatches - active.count)
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
        let entries = try await ledger.backlog(batch: batch)
        guard active[batch] == nil else { return }
        var taken: [QueueGroup.Key: Int] = [:]
        for (key, group) in outstanding where key.batch == batch { taken[group, default: 0] += 1 }
        for entry in entries {
            var group = QueueGroup(entry, waitingSince: waits.since(entry))
            group.waiting -= taken[group.key] ?? 0
            guard group.waiting > 0 else { continue }
            groups[group.key] = group
            active[batch, default: 0] += group.waiting
        }
        waiters.wakeAll()
    }

    /// Leaves a batch's prompts to the ledger.
    private func deactivate(_ batch: Int64) {
        guard active.removeValue(forKey: batch) != nil else { return }
        for key in groups.keys where key.batch == batch { remove(key) }
        mayLoad = true
    }

    private func remove(_ key: QueueGroup.Key) {
        groups.removeValue(forKey: key)?.refillWaiters?.forEach { $0.resume() }
    }

    private func priority(of batch: Int64) async -> Int {
        (try? await ledger.batch(sequence: batch))??.priority ?? 0
    }

    // MARK: Prompts

    /// Within a batch and a priority prompts come in input order, so that ledger and files are gone through once.
    private func next(from allowed: Set<String>) -> QueueGroup.Key? {
        var best: (group: QueueGroup, served: Int)?
        for group in groups.values where group.waiting > 0 {
            let key = group.key
            let served = lastServed[key.batch] ?? 0
            if let best {
                let left = (-key.priority, served, key.batch, group.nextLine)
                let right = (
                    -best.group.key.priority, best.served, best.group.key.batch, best.group.nextLine
                )
                guard left < right else { continue }
            }
            if allowed.contains(group.text) { best = (group, served) }
        }
        return best?.group.key
    }

    /// The prompt to take of the batch and the priority whose next one is the first of the group `first`.
    private func choice(
        besides first: QueueGroup.Key, from allowed: Set<String>, in order: PrefixOrder
    ) -> (key: QueueGroup.Key, place: Int) {
        func isOpen(_ group: QueueGroup) -> Bool {
            group.key.batch == first.batch && group.key.priority == first.priority
                && allowed.contains(group.text)
        }
        guard !order.idle.isEmpty || !order.busy.isEmpty,
            groups.values.contains(where: { $0.hasPrefixes && isOpen($0) })
        else { return (first, 0) }
        var prompts: [(line: Int, prefix: PrefixKey?, place: (QueueGroup.Key, Int))] = []
        for group in groups.values where isOpen(group) {
            for place in group.buffer.indices {
                let (line, prefix) = group.beginning(at: place)
                prompts.append((line, prefix, (group.key, place)))
            }
        }
        return order.choice(of: prompts) ?? (first, 0)
    }

    private func noteTaken(_ prompt: QueuedPrompt, from key: QueueGroup.Key) {
        groups[key]?.waiting -= 1
        if groups[key]?.waiting == 0 { remove(key) }
        outstanding[prompt.key] = key
        servings += 1
        lastServed[key.batch] = servings
        subtract(1, from: key.batch)
    }

    private func subtract(_ count: Int, from batch: Int64) {
        waiting = max(0, waiting - count)
        guard let left = active[batch] else { return }
        active[batch] = left > count ? left - count : nil
    }

    /// Reads on in a group; who comes while that is under way waits for it.
    private func refill(_ key: QueueGroup.Key) async throws(SpoolError) {
        guard let cursor = groups[key]?.cursor else { return }
        guard groups[key]?.refillWaiters == nil else {
            await withCheckedContinuation { groups[key]?.refillWaiters?.append($0) }
            return
        }
        groups[key]?.refillWaiters = []
        defer {
            groups[key]?.refillWaiters?.forEach { $0.resume() }
            groups[key]?.refillWaiters = nil
        }
        let limit = max(8, min(readAhead, mostReadAhead / groups.count))
        let prompts = try await ledger.queued(
            batch: key.batch, group: key.group, priority: key.priority, after: cursor, limit: limit)
        guard var group = groups[key], group.cursor == cursor, group.buffer.isEmpty else { return }
        if let last = prompts.last {
            group.buffer.append(contentsOf: prompts.filter { outstanding[$0.key] == nil })
            group.hasPrefixes = prompts.contains { Judgement.prefix(inEncoded: $0.traits) != nil }
            group.cursor = last.key.line
            groups[key] = group
        } else {
            remove(key)
            subtract(group.waiting, from: key.batch)
        }
    }

    // MARK: Retries

    private func releaseDueRetries() {
        for prompt in retries.takeDue(at: .now) { release(prompt) }
    }

    /// A released prompt goes to the front of its group; if its batch is not active, to the ledger's.
    private func release(_ prompt: QueuedPrompt) {
        let key = QueueGroup.Key(batch: prompt.key.batch, group: prompt.group, priority: prompt.priority)
        outstanding[prompt.key] = nil
        waiting += 1
        waiters.wakeAll()
        guard active[key.batch] != nil else {
            mayLoad = true
            return
        }
        active[key.batch, default: 0] += 1
        let released = BacklogGroup(
            batch: key.batch, group: key.group, priority: key.priority, prompts: 0,
            expectedTokens: PromptJudge.assumedTokens, traits: prompt.traits, waitingSince: Date())
        var group = groups[key] ?? QueueGroup(released, waitingSince: waits.since(released))
        if groups[key] == nil { group.cursor = .max }
        group.buffer.prepend(prompt)
        group.waiting += 1
        groups[key] = group
    }
}
