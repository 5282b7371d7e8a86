import Foundation
import GRDB
import Synchronization

/// Commits together what is written at the same time: one synchronised transaction for many callers.
///
/// While a transaction is being brought to disk, further writes gather; they make up the next one. Every caller
/// goes on when its own write is on disk. If a transaction fails, its writes are tried again one by one, so that
/// each caller learns of its own failure only; a write may therefore run twice and must change nothing but the
/// database.
final class GroupCommit: LedgerConnection {
    private struct Write: Sendable {
        /// Runs in the transaction; what it returns is called once the transaction is on disk.
        let body: @Sendable (Database) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct State {
        var waiting: [Write] = []
        var isCommitting = false
    }

    private let database: DatabasePool
    private let state = Mutex(State())

    init(database: DatabasePool) {
        self.database = database
    }

    /// Runs `body` in a transaction it may share, and returns when that is on disk.
    ///
    /// - Throws: what `body` throws, or the error of the commit.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let write = Write(
                body: { db in
                    let result = try body(db)
                    return { continuation.resume(returning: result) }
                },
                fail: { continuation.resume(throwing: $0) })
            let starts = state.withLock { state in
                state.waiting.append(write)
                defer { state.isCommitting = true }
                return !state.isCommitting
            }
            if starts { database.asyncWriteWithoutTransaction { self.commitAll(in: $0) } }
        }
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        try await database.read(body)
    }

    private func commitAll(in db: Database) {
        while true {
            let group = state.withLock { state in
                defer { state.waiting = [] }
                state.isCommitting = !state.waiting.isEmpty
                return state.waiting
            }
            guard !group.isEmpty else { return }
            if group.count == 1 || !Self.commit(group, in: db) {
                for write in group {
                    do { try Self.transaction([write], in: db) } catch { write.fail(error) }
                }
            }
        }
    }

    /// - Returns: False if nothing was committed.
    private static func commit(_ group: [Write], in db: Database) -> Bool {
        do {
            try transaction(group, in: db)
            return true
        } catch {
            return false
        }
    }

    private static func transaction(_ group: [Write], in db: Database) throws {
        var finish: [@Sendable () -> Void] = []
        finish.reserveCapacity(group.count)
        try db.inTransaction(.immediate) {
            for write in group { finish.append(try write.body(db)) }
            return .commit
        }
        finish.forEach { $0() }
    }
}
