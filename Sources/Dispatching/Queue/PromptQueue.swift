import Foundation
import Logging
import Loops
import Spool

/// The prompts that wait, of which only a few are in memory; hands each out once.
///
/// Memory is bounded, whatever the backlog: at most ``activeBatches`` batches have groups here, at most
/// ``readAhead`` prompts of a group and about ``mostReadAhead`` of all are read ahead, and an engine is handed out nothing
/// more while ``mostRetries`` prompts that it gave back wait for their next try. What does not fit waits in the ledger.
package actor PromptQueue {
    /// Between two looks at the ledger for what nobody told of.
    private static let lookInterval: Duration = .seconds(10)

    let ledger: Ledger
    private let readAhead: Int
    private let mostReadAhead = 8192
    private let activeBatches: Int
    private let mostRetries: Int
    /// Before what could not be read is read again.
    private let pauseAfterTrouble: Duration
    private let time: any TimeSource
    private let troubles: Troubles
    private let logger: Logger

    private(set) var groups = WaitingGroups()
    private var unreadable = UnreadableBatches()
    /// When what could not be read is read again; nil: there is nothing, as far as is known.
    private var readsAgainAt: ContinuousClock.Instant?
    private var retries = RetryList()
    /// Whether the ledger may have waiting batches that are not active.
    private var mayLoad = true
    /// Newcomers that were taken before batches that may wait in the ledger, since these were last looked for.
    private var newcomers = 0
    private var lastLook = ContinuousClock.now
    /// Batches whose groups are being read.
    private var activating = 0
    private let waiters = Waiters()

    package init(
        ledger: Ledger, readAhead: Int = 256, activeBatches: Int = 256, mostRetries: Int = 1024,
        pauseAfterTrouble: Duration = .seconds(1), time: any TimeSource = MachineTime(),
        troubles: Troubles = Troubles(), logger: Logger = Logger(label: "draftspoold")
    ) {
        self.time = time
        self.ledger = ledger
        self.troubles = troubles
        self.logger = logger
        self.readAhead = readAhead
        self.activeBatches = activeBatches
        self.mostRetries = mostRetries
        self.pauseAfterTrouble = pauseAfterTrouble
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
        mayLoad = true
        readsAgainAt = nil
        try await load()
    }

    /// Adds a batch that was read in. If there is no room, one that is less urgent, or as urgent and larger, makes room, so
    /// that a newcomer does not wait for all that came before it. Nor do these wait for all newcomers: once half of the
    /// places have gone to such, the next ones wait in the ledger as well.
    package func add(batch: Int64) async throws(SpoolError) {
        guard let record = try await ledger.batch(sequence: batch), record.openCount > 0 else { return }
        groups.count(record.openCount)
        let goesBeforeOthers = mayLoad && groups.batches.count >= placesToLoad
        if goesBeforeOthers, newcomers >= max(1, activeBatches / 2), try await isPreceded(record) { return }
        if groups.batches.count >= activeBatches {
            guard let other = await batchToMakeRoom(for: record) else {
                mayLoad = true
                return
            }
            deactivate(other)
        }
        try await activate(batch)
        if goesBeforeOthers { newcomers += 1 }
    }

    /// Looks at a batch anew, to which prompts were added. Those that wait for their next try go on doing so. Without a place
    /// for it, it waits in the ledger.
    package func extend(batch: Int64) async throws(SpoolError) {
        guard groups.isActive(batch) || groups.batches.count < activeBatches else {
            mayLoad = true
            return
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
        releaseDueRetries()
        lookAgainNowAndThen()
        try? await load()
        if groups.groupCount == 0, !mayLoad, activating == 0 { groups.count(-groups.waiting) }
        return groups.backlog
    }

    /// The groups that had prompts when they were last asked for or changed, without a look at the ledger, which may take
    /// long.
    var knownBacklog: [QueueGroup] { groups.backlog }

    /// What could not be read is read again after a pause. What was added to the ledger without this queue being told, since
    /// something failed in between, is found too.
    private func lookAgainNowAndThen() {
        if let readsAgainAt, readsAgainAt <= time.now {
            self.readsAgainAt = nil
            if groups.endSettingAside() { waiters.wakeAll() }
        }
        guard lastLook.duration(to: .now) >= Self.lookInterval else { return }
        lastLook = .now
        mayLoad = true
        // The batches that are here may wait for an engine that is away; newcomers for another one are not held up for good.
        newcomers = 0
    }

    /// Returns when there may be prompts to be had that there were not after `seen` arrivals.
    ///
    /// - Returns: How many arrivals there were. A lane that was told of the last one finds what it brought in the
    ///   backlog.
    func arrivals(after seen: Int) async -> Int {
        while waiters.changes == seen, !Task.isCancelled {
            let look = readsAgainAt ?? (mayLoad ? .now + pauseAfterTrouble : lastLook + Self.lookInterval)
            await waiters.wait(until: min(look, retries.next ?? look))
            releaseDueRetries()
            lookAgainNowAndThen()
            try? await load()
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
        while retries.count(of: engine) < mostRetries, let first = groups.next(from: allowed, at: now) {
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
        mayLoad = true
        waiters.wakeAll()
    }

    /// Forgets a batch that is finished or cancelled.
    package func forget(batch: Int64) {
        if groups.isActive(batch) { mayLoad = true }
        groups.forget(batch)
        _ = retries.remove(batch: batch)
        unreadable.forget(batch)
        unreadable.tell(troubles, logger)
        waiters.wakeAll()
    }

    // MARK: The ledger

    /// Fills up with batches of the ledger when there is room for many. One that cannot be read holds up no other; it is
    /// looked for again after a pause.
    private func load() async throws(SpoolError) {
        guard mayLoad, readsAgainAt == nil, groups.batches.count <= placesToLoad else { return }
        mayLoad = false
        newcomers = 0
        let underWay = groups.underWay
        var seen = Set(groups.batches)
        var failures = 0
        defer { unreadable.tell(troubles, logger) }
        do throws(SpoolError) {
            while groups.batches.count + failures < activeBatches {
                let batches = try await ledger.waitingBatches(
                    excluding: seen, limit: activeBatches - groups.batches.count - failures)
                guard !batches.isEmpty else {
                    if failures > 0 { mayLoad = true }
                    return
                }
                seen.formUnion(batches.map(\.sequence))
                for batch in batches where batch.openCount > underWay[batch.sequence] ?? 0 {
                    do throws(SpoolError) { try await activate(batch.sequence) } catch {
                        guard !Task.isCancelled else { throw error }
                        unreadable.add(batch.sequence, batch, error)
                        failures += 1
                        readAgainLater()
                    }
                }
            }
            mayLoad = true
        } catch {
            mayLoad = true
            readAgainLater()
            throw error
        }
    }

    /// With no more active batches than this the ledger is looked at for others.
    private var placesToLoad: Int { activeBatches * 3 / 4 }

    private func activate(_ batch: Int64) async throws(SpoolError) {
        activating += 1
        defer { activating -= 1 }
        groups.activate(batch, try await ledger.backlog(batch: batch))
        unreadable.forget(batch)
        waiters.wakeAll()
    }

    /// Leaves a batch's prompts to the ledger.
    private func deactivate(_ batch: Int64) {
        if groups.deactivate(batch) { mayLoad = true }
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
        if unreadable.remove(key) { unreadable.tell(troubles, logger) }
    }

    /// Leaves a group alone for a while that cannot be read.
    private func setAside(_ key: QueueGroup.Key, _ error: SpoolError) async throws(SpoolError) {
        guard !Task.isCancelled else { throw error }
        groups.setAside(key)
        readAgainLater()
        let batch = try? await ledger.batch(sequence: key.batch)
        guard groups[key]?.isSetAside == true else { return }
        unreadable.add(key.batch, group: key, batch ?? nil, error)
        unreadable.tell(troubles, logger)
    }

    private func readAgainLater() { readsAgainAt = readsAgainAt ?? time.now + pauseAfterTrouble }

    private func releaseDueRetries() {
        for prompt in retries.takeDue(at: .now) {
            if !groups.release(prompt) { mayLoad = true }
            waiters.wakeAll()
        }
    }
}
