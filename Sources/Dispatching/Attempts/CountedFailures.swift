import Spool
import Synchronization

/// How often each prompt failed for reasons that are its own, as far as this process knows.
///
/// Apart from the ledger's number of attempts, which is written before a prompt is sent and remains where engine or
/// daemon ended under it: what fails for one reason is not to be blamed for the other.
final class CountedFailures: Sendable {
    /// Prompts of cancelled batches stay until there are so many.
    private static let mostPrompts = 100_000

    private struct Entry {
        let life: Int
        var failures = 0
    }

    private struct State {
        var entries: [PromptKey: Entry] = [:]
        var lives = 0

        mutating func remember(_ key: PromptKey) -> Entry {
            if let entry = entries[key] { return entry }
            if entries.count >= CountedFailures.mostPrompts { entries = [:] }
            lives += 1
            let entry = Entry(life: lives)
            entries[key] = entry
            return entry
        }
    }

    private let state = Mutex(State())

    /// Failures of a prompt so far.
    subscript(key: PromptKey) -> Int { state.withLock { $0.entries[key]?.failures ?? 0 } }

    /// A number that a prompt has until it has its outcome, and another one if it is run again.
    func life(of key: PromptKey) -> Int { state.withLock { $0.remember(key).life } }

    /// Counts one more.
    ///
    /// - Returns: Its failures, this one included.
    func add(_ key: PromptKey) -> Int {
        state.withLock { state in
            var entry = state.remember(key)
            entry.failures += 1
            state.entries[key] = entry
            return entry.failures
        }
    }

    /// Forgets a prompt that has its outcome.
    func forget(_ key: PromptKey) { state.withLock { $0.entries[key] = nil } }
}
