import Spool
import Synchronization

/// How often each prompt failed for reasons that are its own, as far as this process knows.
///
/// Apart from the ledger's number of attempts, which is written before a prompt is sent and remains where engine or
/// daemon ended under it: what fails for one reason is not to be blamed for the other.
final class CountedFailures: Sendable {
    /// Prompts of cancelled batches stay until there are so many.
    private static let mostPrompts = 100_000

    private let counts = Mutex<[PromptKey: Int]>([:])

    /// Failures of a prompt so far.
    subscript(key: PromptKey) -> Int { counts.withLock { $0[key] ?? 0 } }

    /// Counts one more.
    ///
    /// - Returns: Its failures, this one included.
    func add(_ key: PromptKey) -> Int {
        counts.withLock { counts in
            if counts.count >= Self.mostPrompts, counts[key] == nil { counts = [:] }
            counts[key, default: 0] += 1
            return counts[key] ?? 1
        }
    }

    /// Forgets a prompt that has its outcome.
    func forget(_ key: PromptKey) {
        counts.withLock { $0[key] = nil }
    }
}
