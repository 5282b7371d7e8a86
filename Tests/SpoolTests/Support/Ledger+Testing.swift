import Foundation
import GRDB

@testable import Spool

extension Ledger {
    /// What a PRAGMA of the connection that writes says.
    func pragma(_ name: String) async throws -> String? {
        try await write("read") { try String.fetchOne($0, sql: "PRAGMA \(name)") }
    }

    /// Executes one statement.
    func execute(_ sql: String) async throws {
        try await write("execute in") { try $0.execute(sql: sql) }
    }

    /// Brings a published batch back to where it was before the last transaction of publishing.
    func undoPublishing(
        of batch: Int64, state: BatchState, outputName: String?, outcomes: [PromptOutcome]
    ) async throws {
        try await write("undo in") { db in
            try db.execute(
                sql: "UPDATE batch SET state = ?, output_name = ?, finished_at = NULL WHERE seq = ?",
                arguments: [state.rawValue, outputName, batch])
            for outcome in outcomes {
                try db.execute(
                    sql: "INSERT INTO outcome (output, timing) VALUES (?, ?)",
                    arguments: [Data(outcome.outputLine), outcome.timingLine.map { Data($0) }])
                try db.execute(
                    sql: "UPDATE prompt SET outcome = ? WHERE batch = ? AND line = ?",
                    arguments: [db.lastInsertedRowID, batch, outcome.key.line])
            }
        }
    }
}
