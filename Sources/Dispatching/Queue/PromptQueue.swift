import Logging
import Spool

/// The prompts that wait, of which only a few are in memory; hands each out once.
///
/// Memory is bounded, whatever the backlog: at most ``activeBatches`` batches have groups here, at most
/// ``readAhead`` prompts of a group and about ``mostReadAhead`` of all are read ahead, and an engine is handed out nothing
/// more while ``mostRetries`` prompts that it gave back wait for their next try. What does not fit waits in the ledger.
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
    private let troubles: Troubles
    private let logger: Logger

    private var groups = WaitingGroups()
    private var retries = RetryList()
    /// Whether the ledger may have waiting batches that are not active.
    private var mayLoad = true
    /// Newcomers that were taken before batches that may wait in the ledger, since these were last looked for.
    private var newcomers = 0
    private var lastLook = ContinuousClock.now
    /// Batches whose groups are being read.
    private var activating = 0
    private let waiters = Waiters()

    init(
        ledger: Ledger, readAhead: Int = 256, activeBatches: Int = 256, mostRetries: Int = 1024,
        troubles: Troubles = Troubles(), logger: Logger = Logger(label: "draftspoold")
    ) {
        self.ledger = ledger
        self.troubles = troubles
        self.logger = logger
        self.readAhead = readAhead
        self.activeBatches = activeBatches
        self.mostRetries = mostRetries
    }

    /// Prompts that wait, without those whose next try is still to come; roughly, for batches that are not active.
    var waiting: Int { groups.waiting }

    /// Prompts whose next try is still to come.
    var delayed: Int { retries.count }

    /// How long the oldest of the batches that have prompts here has waited.
    var oldestAge: Duration { groups.waitingSince?.duration(to: .now) ?? .zero }

    /// Counts everything the ledger has waiting, after a start.
    func recover() async throws(SpoolError) {
        let waiting = try await ledger.waitingCount()
        groups.count(waiting - groups.waiting)
        mayLoad = true
        try await load()
    }

    /// Adds a batch that was read in. If there is no room, the largest of the batches that are no more urgent makes
    /// room, so that a newcomer does not wait for all that came before it. Nor do these wait for all newcomers: once
    /// half of the places have gone to such, the next ones wait in the ledger as well.
    func add(batch: Int64) async throws(SpoolError) {
        guard let record = try await ledger.batch(sequence: batch), record.openCount > 0 else { return }
        groups.count(record.openCount)
        let goesBeforeOthers = mayLoad && groups.batches.count >= placesToLoad
        if goesBeforeOthers, newcomers >= max(1, activeBatches / 2), try await isPreceded(record) { return }
        if groups.batches.count >= activeBatches {
            guard let largest = groups.largest, largest.waiting > record.openCount,
                await priority(of: largest.batch) <= record.priority
            else {
                mayLoad = true
                return
            }
            deactivate(largest.batch)
        }
        try await activate(batch)
        if goesBeforeOthers { newcomers += 1 }
    }

    /// Whether a batch that is no less urgent waits in the ledger, none of whose prompts were handed out.
    private func isPreceded(_ record: BatchRecord) async throws(SpoolError) -> Bool {
        let others = Set(groups.batches).union(groups.underWay.keys).union([record.sequence])
        let first = try await ledger.waitingBatches(excluding: others, limit: 1).first
        return first.map { $0.priority >= record.priority } ?? false
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

    /// Takes the next prompt of the groups in `allowed`: the highest priority first, then the batch that was
    /// served longest ago, so that a small batch does not wait for a large one; within the batch as `order` says.
    ///
    /// - Parameter engine: which is to have it, by its name in the configuration.
    func take(
        from allowed: Set<String>, in order: PrefixOrder = PrefixOrder(), for engine: String = ""
    ) async throws(SpoolError) -> QueuedPrompt? {
        while retries.count(of: engine) < mostRetries, let first = groups.next(from: allowed) {
            guard groups[first]?.buffer.isEmpty == false else {
                try await refill(first)
                continue
            }
            if let prompt = groups.take(besides: first, from: allowed, in: order) { return prompt }
        }
        return nil
    }

    /// Gives a prompt back, which `engine` had: at once, or for a later try.
    func putBack(
        _ prompt: QueuedPrompt, notBefore: ContinuousClock.Instant? = nil, by engine: String = ""
    ) {
        retries.add(prompt, notBefore: notBefore ?? .now, by: engine)
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

    /// Fills up with batches of the ledger when there is room for many. One that cannot be read holds up no other; it is
    /// looked for again with the next ones.
    private func load() async throws(SpoolError) {
        guard mayLoad, groups.batches.count <= placesToLoad else { return }
        mayLoad = false
        newcomers = 0
        let underWay = groups.underWay
        var seen = Set(groups.batches)
        var unreadable = UnreadableBatches()
        do throws(SpoolError) {
            while groups.batches.count + unreadable.count < activeBatches {
                let batches = try await ledger.waitingBatches(
                    excluding: seen, limit: activeBatches - groups.batches.count - unreadable.count)
                guard !batches.isEmpty else {
                    if !unreadable.isEmpty { mayLoad = true }
                    return unreadable.tell(troubles, logger)
                }
                seen.formUnion(batches.map(\.sequence))
                for batch in batches where batch.openCount > underWay[batch.sequence] ?? 0 {
                    do throws(SpoolError) { try await activate(batch.sequence) } catch {
                        guard !Task.isCancelled else { throw error }
                        unreadable.add(batch, error)
                    }
                }
            }
            mayLoad = true
            unreadable.tell(troubles, logger)
        } catch {
            mayLoad = true
            throw error
        }
    }

    /// With no more active batches than this the ledger is looked at for others.
    private var placesToLoad: Int { activeBatches * 3 / 4 }

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

    private func priority(of batch: Int64) async -> Int {
        (try? await ledger.batch(sequence: batch))??.priority ?? 0
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
