import DequeModule
import Foundation
import Intake
import PromptBatch
import Spool

/// The groups of prompts that are in memory, of the batches that are active, and which prompts of them were handed out.
///
/// It neither suspends nor reads the ledger; ``PromptQueue`` gives it what the ledger has.
struct WaitingGroups {
    private var groups: [QueueGroup.Key: QueueGroup] = [:]
    /// Prompts to be handed out of each batch that has groups here.
    private var active: [Int64: Int] = [:]
    private var handedOut = HandedOutPrompts()
    private var lastServed: [Int64: Int] = [:]
    private var servings = 0
    private var waits = BatchWaits()
    /// Prompts that wait, without those whose next try is still to come; roughly, for batches that are not active.
    private(set) var waiting = 0

    /// Batches that have groups here.
    var batches: some Collection<Int64> { active.keys }

    var groupCount: Int { groups.count }

    /// The groups that have prompts now, oldest batch first.
    var backlog: [QueueGroup] {
        groups.values.filter(\.isOpen).sorted { $0.key.batch < $1.key.batch }
    }

    /// Since when the oldest of them waits; nil where there is none.
    var waitingSince: ContinuousClock.Instant? {
        groups.values.filter { $0.waiting > 0 }.map(\.waitingSince).min()
    }

    subscript(key: QueueGroup.Key) -> QueueGroup? { groups[key] }
    func isActive(_ batch: Int64) -> Bool { active[batch] != nil }

    /// Prompts to be handed out of a batch that is active.
    func waiting(of batch: Int64) -> Int { active[batch] ?? 0 }

    /// Prompts of each batch that were handed out and have no outcome.
    var underWay: [Int64: Int] { handedOut.unsettled }

    /// The active batch that gives its place away first: of the least urgent ones that with the most prompts to be handed out.
    func leastUrgent(at now: Date) -> (urgency: Urgency, waiting: Int, batch: Int64)? {
        var urgencies: [Int64: Urgency] = [:]
        for group in groups.values {
            let urgency = Urgency(of: group.deadline, at: now)
            urgencies[group.key.batch] = min(urgency, urgencies[group.key.batch] ?? urgency)
        }
        return active.map { batch, waiting in
            (urgency: urgencies[batch] ?? Urgency(of: nil, at: now), waiting: waiting, batch: batch)
        }.max { $0 < $1 }
    }

    // MARK: Batches

    /// Counts prompts that wait in the ledger.
    mutating func count(_ change: Int) { waiting = max(0, waiting + change) }

    /// Takes in what the ledger says of a batch that is not active.
    mutating func activate(_ batch: Int64, _ entries: [BacklogGroup]) {
        guard active[batch] == nil else { return }
        // A newcomer waits for one round of the others, not they for all newcomers.
        lastServed[batch] = lastServed[batch] ?? servings
        let taken = handedOut.unsettled(of: batch)
        for entry in entries {
            var group = QueueGroup(entry, waitingSince: waits.since(entry))
            group.waiting -= taken[group.key] ?? 0
            guard group.waiting > 0 else { continue }
            groups[group.key] = group
            active[batch, default: 0] += group.waiting
        }
    }

    /// Leaves a batch's prompts to the ledger.
    ///
    /// - Returns: Whether it was active.
    @discardableResult mutating func deactivate(_ batch: Int64) -> Bool {
        guard active.removeValue(forKey: batch) != nil else { return false }
        for key in groups.keys where key.batch == batch { remove(key) }
        return true
    }

    /// Forgets a batch that is finished or cancelled.
    mutating func forget(_ batch: Int64) {
        count(-waiting(of: batch))
        deactivate(batch)
        handedOut.removeAll(of: batch)
        lastServed[batch] = nil
        waits.forget(batch)
    }

    /// No prompt of a batch that waits has a deadline before `date`; nil: none has one.
    mutating func renewDeadline(of batch: Int64, to date: Date?) {
        for (key, group) in groups where key.batch == batch {
            groups[key]?.deadline = date.flatMap { date in group.deadline.map { max($0, date) } }
        }
    }

    private mutating func remove(_ key: QueueGroup.Key) {
        groups.removeValue(forKey: key)?.refillWaiters?.forEach { $0.resume() }
    }

    private mutating func subtract(_ count: Int, from batch: Int64) {
        self.count(-count)
        guard let left = active[batch] else { return }
        active[batch] = left > count ? left - count : nil
    }

    // MARK: The next prompt

    /// The group whose turn it is, of those in `allowed`: the highest priority, then the most urgent, then the batch that was
    /// served longest ago. Within a batch, a priority and an urgency prompts come in input order, so that ledger and files
    /// are gone through once.
    func next(from allowed: Set<String>, at now: Date) -> QueueGroup.Key? {
        let mostPassedOver = Urgency.mostPassedOver * active.count
        var best: (group: QueueGroup, urgency: Urgency, served: Int)?
        for group in groups.values where group.isOpen {
            let key = group.key
            let served = lastServed[key.batch] ?? 0
            let urgency =
                servings - served > mostPassedOver ? .first : Urgency(of: group.deadline, at: now)
            if let best {
                let left = (-key.priority, urgency, served, key.batch, group.nextLine)
                let right = (
                    -best.group.key.priority, best.urgency, best.served, best.group.key.batch,
                    best.group.nextLine
                )
                guard left < right else { continue }
            }
            if allowed.contains(group.text) { best = (group, urgency, served) }
        }
        return best?.group.key
    }

    /// Takes a prompt of the batch, the priority and the urgency whose next one is the first of the group `first`, which is in
    /// memory.
    mutating func take(
        besides first: QueueGroup.Key, from allowed: Set<String>, in order: PrefixOrder, at now: Date
    ) -> QueuedPrompt? {
        let (key, place) = choice(besides: first, from: allowed, in: order, at: now)
        guard let prompt = groups[key]?.buffer.remove(at: place) else { return nil }
        groups[key]?.waiting -= 1
        if groups[key]?.waiting == 0 { remove(key) }
        handedOut.add(prompt.key, of: key)
        servings += 1
        lastServed[key.batch] = servings
        subtract(1, from: key.batch)
        return prompt
    }

    private func choice(
        besides first: QueueGroup.Key, from allowed: Set<String>, in order: PrefixOrder, at now: Date
    ) -> (key: QueueGroup.Key, place: Int) {
        let urgency = Urgency(of: groups[first]?.deadline, at: now)
        func isOpen(_ group: QueueGroup) -> Bool {
            group.key.batch == first.batch && group.key.priority == first.priority
                && Urgency(of: group.deadline, at: now) == urgency && allowed.contains(group.text)
        }
        guard !order.isEmpty, groups.values.contains(where: { $0.hasPrefixes && isOpen($0) }) else {
            return (first, 0)
        }
        var prompts: [(line: Int, prefix: PrefixKey?, place: (QueueGroup.Key, Int))] = []
        for group in groups.values where isOpen(group) {
            for place in group.buffer.indices {
                let (line, prefix) = group.beginning(at: place)
                prompts.append((line, prefix, (group.key, place)))
            }
        }
        return order.choice(of: prompts) ?? (first, 0)
    }

    // MARK: Reading on

    /// Whether reading on in a group begins now; it is under way already, or the group is gone, otherwise.
    mutating func beginRefill(_ key: QueueGroup.Key) -> Bool {
        guard let group = groups[key], group.refillWaiters == nil else { return false }
        groups[key]?.refillWaiters = []
        return true
    }

    /// Somebody waits for the end of the reading that is under way; resumed at once where none is.
    mutating func wait(forRefillOf key: QueueGroup.Key, _ continuation: CheckedContinuation<Void, Never>) {
        guard groups[key]?.refillWaiters != nil else { return continuation.resume() }
        groups[key]?.refillWaiters?.append(continuation)
    }

    /// What was read after `cursor`; none: nothing is left of the group.
    mutating func refill(_ key: QueueGroup.Key, after cursor: Int, with prompts: [QueuedPrompt]) {
        guard var group = groups[key], group.cursor == cursor, group.buffer.isEmpty else { return }
        guard let last = prompts.last else {
            remove(key)
            return subtract(group.waiting, from: key.batch)
        }
        group.buffer.append(contentsOf: prompts.filter { !handedOut.contains($0.key) })
        group.hasPrefixes = prompts.contains { Judgement.prefix(inEncoded: $0.traits) != nil }
        group.cursor = last.key.line
        groups[key] = group
    }

    /// Leaves a group alone that cannot be read, but for what was given back of it.
    mutating func setAside(_ key: QueueGroup.Key) { groups[key]?.isSetAside = true }

    /// No group is left alone any more.
    ///
    /// - Returns: Whether one was.
    mutating func endSettingAside() -> Bool {
        let keys = groups.keys.filter { groups[$0]?.isSetAside == true }
        for key in keys { groups[key]?.isSetAside = false }
        return !keys.isEmpty
    }

    mutating func endRefill(_ key: QueueGroup.Key) {
        groups[key]?.refillWaiters?.forEach { $0.resume() }
        groups[key]?.refillWaiters = nil
    }

    // MARK: Prompts that come back

    /// Prompts have their outcome, whoever still works on them.
    ///
    /// - Returns: How many of them were handed out.
    mutating func settle(_ keys: Set<PromptKey>) -> Int { handedOut.settle(keys) }

    /// A prompt that was handed out has its outcome, or the ledger says anew what it does.
    mutating func end(_ key: PromptKey) { handedOut.remove(key) }

    /// A prompt that was handed out is to be handed out again: it goes to the front of its group.
    ///
    /// - Returns: False if its batch is not active, so that the ledger is to be asked for it.
    mutating func release(_ prompt: QueuedPrompt) -> Bool {
        let key = QueueGroup.Key(batch: prompt.key.batch, group: prompt.group, priority: prompt.priority)
        handedOut.remove(prompt.key)
        waiting += 1
        guard active[key.batch] != nil else { return false }
        active[key.batch, default: 0] += 1
        let released = BacklogGroup(
            batch: key.batch, group: key.group, priority: key.priority, prompts: 0,
            expectedTokens: PromptJudge.assumedTokens, traits: prompt.traits, waitingSince: Date(),
            deadline: prompt.deadline)
        var group = groups[key] ?? QueueGroup(released, waitingSince: waits.since(released))
        if groups[key] == nil { group.cursor = .max }
        group.buffer.prepend(prompt)
        group.waiting += 1
        groups[key] = group
        return true
    }
}
