import Foundation
import GRDB

@testable import Spool

/// A database in memory that fails as the plan says. What is committed is durable.
struct SimulatedLedger: LedgerConnection {
    let database: DatabaseQueue
    let plan: FaultPlan
    let executor: SeededExecutor

    /// - Parameter database: has the tables; they are emptied.
    init(_ database: DatabaseQueue, plan: FaultPlan, executor: SeededExecutor) throws {
        self.database = database
        self.plan = plan
        self.executor = executor
    }

    static func makeDatabase() throws -> DatabaseQueue {
        let database = try DatabaseQueue()
        try LedgerSchema.migrator.migrate(database)
        return database
    }

    static func empty(_ database: DatabaseQueue) throws {
        try database.write { db in
            try db.execute(sql: "DELETE FROM prompt; DELETE FROM outcome; DELETE FROM batch")
            try db.execute(sql: "DELETE FROM sqlite_sequence")
        }
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        await executor.turn()
        let result = try writeNow(body)
        await executor.turn()
        return result
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        await executor.turn()
        let result = try plan.perform("read", "ledger") { Swift.Result { try database.read(body) } }.get()
        await executor.turn()
        return result
    }

    private func writeNow<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) throws -> Result {
        try plan.perform("write", "ledger") { Swift.Result { try database.write(body) } }.get()
    }
}
