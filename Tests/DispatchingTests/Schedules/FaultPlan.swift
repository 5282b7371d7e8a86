import Foundation
import Spool
import Synchronization

/// What goes wrong, and when: counted in operations on disk and ledger.
final class FaultPlan: Sendable {
    /// Faults of one life of the daemon.
    struct Faults: Sendable {
        /// Operations that fail, and the error number they fail with.
        var failing: Range<Int> = 0..<0
        var code: Int32 = EIO
        /// The operation in which the daemon is killed.
        var killedAt = Int.max
        /// Whether that operation has still had its effect.
        var killedAfterEffect = false
        /// Whether the kill is a power cut, if there are any.
        var losesPower = true
    }

    private struct State {
        var faults = Faults()
        var operations = 0
        var isDead = false
    }

    /// Whether every operation is printed, to see what a seed does.
    static let traces = ProcessInfo.processInfo.environment["TRACE"] != nil

    private let state = Mutex(State())

    /// Whether the daemon was killed.
    var isDead: Bool { state.withLock { $0.isDead } }

    /// Operations of this life so far.
    var operations: Int { state.withLock { $0.operations } }

    /// Begins a life.
    func begin(_ faults: Faults) { state.withLock { $0 = State(faults: faults) } }

    /// Ends the life: nothing has an effect any more.
    func kill() { state.withLock { $0.isDead = true } }

    /// Runs an operation that may fail or be the last one.
    func perform<Result>(
        _ operation: String, _ path: String, _ body: () throws(SpoolError) -> Result
    ) throws(SpoolError) -> Result {
        if Self.traces { print("\(isDead ? "-" : "+") \(operations) \(operation) \(path)") }
        let (isDead, isLast, hasEffect, code) = state.withLock { state in
            guard !state.isDead else { return (true, false, false, EIO) }
            defer { state.operations += 1 }
            let isLast = state.operations >= state.faults.killedAt
            if isLast { state.isDead = true }
            let fails = state.faults.failing.contains(state.operations)
            return (false, isLast, state.faults.killedAfterEffect && !fails, fails ? state.faults.code : 0)
        }
        if isDead { throw SpoolError(operation: operation, path: path, code: EIO) }
        if isLast, !hasEffect { throw SpoolError(operation: operation, path: path, code: EIO) }
        if !isLast, code != 0 { throw SpoolError(operation: operation, path: path, code: code) }
        let result = try body()
        if isLast { throw SpoolError(operation: operation, path: path, code: EIO) }
        return result
    }
}
