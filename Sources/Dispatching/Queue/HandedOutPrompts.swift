import Spool

/// Prompts that were handed out and have not ended, or wait for their next try.
struct HandedOutPrompts {
    private struct Entry {
        let group: QueueGroup.Key
        /// The ledger has its outcome already.
        var isSettled = false
    }

    private var entries: [PromptKey: Entry] = [:]

    func contains(_ key: PromptKey) -> Bool { entries[key] != nil }

    /// How many of each batch have no outcome.
    var unsettled: [Int64: Int] {
        entries.reduce(into: [:]) { $0[$1.key.batch, default: 0] += $1.value.isSettled ? 0 : 1 }
    }

    /// How many of each group of a batch have no outcome.
    func unsettled(of batch: Int64) -> [QueueGroup.Key: Int] {
        var counts: [QueueGroup.Key: Int] = [:]
        for (key, entry) in entries where key.batch == batch && !entry.isSettled {
            counts[entry.group, default: 0] += 1
        }
        return counts
    }

    mutating func add(_ key: PromptKey, of group: QueueGroup.Key) { entries[key] = Entry(group: group) }

    /// The ledger has the outcomes of prompts, whoever still works on them.
    ///
    /// - Returns: How many of them were handed out.
    mutating func settle(_ keys: Set<PromptKey>) -> Int {
        let handedOut = keys.filter(contains)
        for key in handedOut { entries[key]?.isSettled = true }
        return handedOut.count
    }

    mutating func remove(_ key: PromptKey) { entries[key] = nil }

    mutating func removeAll(of batch: Int64) { entries = entries.filter { $0.key.batch != batch } }
}
