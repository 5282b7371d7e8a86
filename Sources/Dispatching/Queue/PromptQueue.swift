import Foundation
import Logging
import Loops
import Spool

/// The prompts that wait, of which only a few are in memory; hands each out once.
///
/// Memory is bounded by ``QueueLimits``, whatever the backlog. What does not fit waits in the ledger.
package actor PromptQueue {
    let ledger: Ledger
    private let limits: QueueLimits
    private(set) var groups = WaitingGroups()
    private var looks: LedgerLooks
    private var unreadable: UnreadableBatches
    private var retries = RetryList()
    /// Batches whose groups are being read.
    private var activating = 0
    private let waiters = Waiters()

    package init(
        ledger: Ledger, limits: QueueLimits = QueueLimits(), pauseAfterTrouble: Duration = .seconds(1),
        time: any TimeSource = MachineTime(), troubles: Troubles = Troubles(),
        logger: Logger = Logger(label: "draftspoold")
    ) {
        self.ledger = ledger
        self.limits = limits
        looks = LedgerLooks(pauseAfterTrouble: pauseAfterTrouble, time: time)
        unreadable = UnreadableBatches(troubles: troubles, logger: logger)
    }

    /// Prompts that wait, without those whose next try is still to come; roughly, for batches that are not active.
    package var waiting: Int { groups.waiting }

    /// Prompts whose next try is still to come.
    package var delayed: Int { retries.count }

    /// How long the oldest of the batches that have prompts here has waited.
    package var oldestAge: Duration { groups.waitingSince?.duration(to: .now) ?? .zero }

    /// Counts everything the ledger has waiting, after a start.
    package func recover() async throws(SpoolError) {
        let waiting = try await ledger.waitingCount()
        groups.count(waiting - groups.waiting)
        looks.readAgainNow()
        try await load()
    }

    /// Adds a batch that was read in. If there is no room, one that is less urgent, or as urgent and larger, makes room, so
    /// that a newcomer does not wait for all that came before it. Nor do these wait for all newcomers: once half of the
    /// places have gone to such, the next ones wait in the ledger as well.
    package func add(batch: Int64) async throws(SpoolError) {
        guard let record = try await ledger.batch(sequence: batch), record.openCount > 0 else { return }
        groups.count(record.openCount)
        let goesBeforeOthers = looks.mayFindMore && groups.batches.count >= limits.placesToLoad
        if goesBeforeOthers, looks.newcomers >= limits.mostNewcomers, try await isPreceded(record) { return }
        if groups.batches.count >= limits.activeBatches {
            guard let other = await batchToMakeRoom(for: record) else { return looks.noteMore() }
            deactivate(other)
        }
        try await activate(batch)
        if goesBeforeOthers { looks.noteNewcomer() }
    }

    /// Looks at a batch anew, to which prompts were added. Those that wait for their next try go on doing so. Without a place
    /// for it, it waits in the ledger.
    package func extend(batch: Int64) async throws(SpoolError) {
        guard groups.isActive(batch) || groups.batches.count < limits.activeBatches else {
            return looks.noteMore()
        }
        let before = groups.waiting(of: batch)
        deactivate(batch)
        try await activate(batch)
        groups.count(groups.waiting(of: batch) - before)
    }

    /// Looks at a batch anew, of which prompts wait again.
    package func reload(batch: Int64) async throws(SpoolError) {
        for prompt in retries.remove(batch: batch) { groups.end(prompt.key) }
        try await extend(batch: batch)
    }

    /// Prompts of a batch have their outcome that wait here, or whose answer is not waited for any more.
    package func settle(_ keys: Set<PromptKey>, of batch: Int64) {
        for prompt in retries.remove(keys) { groups.end(prompt.key) }
        let handedOut = groups.settle(keys)
        if !groups.isActive(batch) { groups.count(handedOut - keys.count) }
    }

    /// Looks at a batch anew after ``settle(_:of:)``.
    package func shrink(batch: Int64) async throws(SpoolError) {
        if groups.isActive(batch) { try await extend(batch: batch) }
    }

    /// No prompt of a batch that waits has a deadline before `date`; nil: none has one.
    package func renewDeadline(of batch: Int64, to date: Date?) { groups.renewDeadline(of: batch, to: date) }

    /// The groups that have prompts now, oldest batch first.
    func backlog() async -> [QueueGroup] {
        await catchUp()
        if groups.groupCount == 0, !looks.mayFindMore, activating == 0 { groups.count(-groups.waiting) }
        return groups.backlog
    }

    /// The same as last known, without a look at the ledger, which may take long.
    var knownBacklog: [QueueGroup] { groups.backlog }

    /// Does what has become due: prompts' next tries, and looks at the ledger.
    private func catchUp() async {
        for prompt in retries.takeDue(at: .now) {
            if !groups.release(prompt) { looks.noteMore() }
            waiters.wakeAll()
        }
        if looks.readAgainIfDue(), groups.endSettingAside() { waiters.wakeAll() }
        try? await load()
    }

    /// Returns when there may be prompts to be had that there were not after `seen` arrivals.
    ///
    /// - Returns: How many arrivals there were. A lane that was told of the last one finds what it brought in the
    ///   backlog.
    func arrivals(after seen: Int) async -> Int {
        while waiters.changes == seen, !Task.isCancelled {
            let look = looks.next
            await waiters.wait(until: min(look, retries.next ?? look))
            await catchUp()
        }
        return waiters.changes
    }

    /// Takes the next prompt of the groups in `allowed`: the highest priority first, then the soonest deadline, as far as
    /// ``Urgency`` tells them apart, then the batch that was served longest ago, so that a small batch does not wait for a
    /// large one; within the batch as `order` says. A group that cannot be read holds up no other.
    ///
    /// - Parameter engine: which is to have it, by its name in the configuration.
    func take(
        from allowed: Set<String>, in order: PrefixOrder = PrefixOrder(), for engine: String = ""
    ) async throws(SpoolError) -> QueuedPrompt? {
        let now = Date()
        while retries.count(of: engine) < limits.retries, let first = groups.next(from: allowed, at: now) {
            guard groups[first]?.buffer.isEmpty == false else {
                do throws(SpoolError) { try await refill(first) } catch { try await setAside(first, error) }
                continue
            }
            if let prompt = groups.take(besides: first, from: allowed, in: order, at: now) { return prompt }
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
        looks.noteMore()
        waiters.wakeAll()
    }

    /// Forgets a batch that is finished or cancelled.
    package func forget(batch: Int64) {
        if groups.isActive(batch) { looks.noteMore() }
        groups.forget(batch)
        _ = retries.remove(batch: batch)
        unreadable.forget(batch)
        waiters.wakeAll()
    }

    // MARK: The ledger

    /// Fills up with batches of the ledger when there is room for many. One that cannot be read holds up no other; it is
    /// looked for again after a pause.
    private func load() async throws(SpoolError) {
        guard looks.isDue, groups.batches.count <= limits.placesToLoad else { return }
        looks.begin()
        let underWay = groups.underWay
        var seen = Set(groups.batches)
        var failures = 0
        defer { unreadable.tell() }
        do throws(SpoolError) {
            while case let places = limits.activeBatches - groups.batches.count - failures, places > 0 {
                let batches = try await ledger.waitingBatches(excluding: seen, limit: places)
                guard !batches.isEmpty else {
                    if failures > 0 { looks.noteMore() }
                    return
                }
                seen.formUnion(batches.map(\.sequence))
                for batch in batches where batch.openCount > underWay[batch.sequence] ?? 0 {
                    do throws(SpoolError) { try await activate(batch.sequence) } catch {
                        guard !Task.isCancelled else { throw error }
                        unreadable.add(batch.sequence, batch, error)
                        failures += 1
                        looks.readAgainLater()
                    }
                }
            }
            looks.noteMore()
        } catch {
            looks.noteMore()
            looks.readAgainLater()
            throw error
        }
    }

    private func activate(_ batch: Int64) async throws(SpoolError) {
        activating += 1
        defer { activating -= 1 }
        groups.activate(batch, try await ledger.backlog(batch: batch))
        unreadable.forget(batch)
        waiters.wakeAll()
    }

    /// Leaves a batch's prompts to the ledger.
    private func deactivate(_ batch: Int64) {
        if groups.deactivate(batch) { looks.noteMore() }
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
            limit: limits.promptsToRead(ofEach: groups.groupCount))
        groups.refill(key, after: cursor, with: prompts)
        unreadable.forget(key)
    }

    /// Leaves a group alone for a while that cannot be read.
    private func setAside(_ key: QueueGroup.Key, _ error: SpoolError) async throws(SpoolError) {
        guard !Task.isCancelled else { throw error }
        groups.setAside(key)
        looks.readAgainLater()
        let batch = try? await ledger.batch(sequence: key.batch)
        guard groups[key]?.isSetAside == true else { return }
        unreadable.add(key.batch, group: key, batch ?? nil, error)
        unreadable.tell()
    }
}
