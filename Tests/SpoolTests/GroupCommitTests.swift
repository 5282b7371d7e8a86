import Foundation
import GRDB
import Testing

@testable import Spool

@Suite struct GroupCommitTests {
    private struct Refused: Error, Equatable {
        let number: Int
    }

    /// A write that fails takes nothing of the writes with it that came at the same time.
    @Test func eachCallerLearnsOfItsOwnFailureOnly() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        try await ledger.execute("CREATE TABLE number (value INTEGER PRIMARY KEY)")
        let commits = GroupCommit(database: try DatabasePool(path: spool.ledgerPath))
        let failed = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<300 {
                group.addTask {
                    do {
                        try await commits.write { db in
                            try db.execute(sql: "INSERT INTO number VALUES (?)", arguments: [number])
                            if number % 7 == 0 { throw Refused(number: number) }
                        }
                        return nil
                    } catch {
                        return (error as? Refused)?.number ?? -1
                    }
                }
            }
            return await group.reduce(into: Set<Int>()) { numbers, number in
                if let number { numbers.insert(number) }
            }
        }
        #expect(failed == Set((0..<300).filter { $0 % 7 == 0 }))
        let kept = try await ledger.read("count") { try Int.fetchOne($0, sql: "SELECT count(*) FROM number") }
        #expect(kept == 300 - failed.count)
    }

    @Test func whatReturnedIsInTheDatabase() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        try await ledger.execute("CREATE TABLE number (value INTEGER PRIMARY KEY)")
        let commits = GroupCommit(database: try DatabasePool(path: spool.ledgerPath))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let value = try await commits.write { db in
                        try db.execute(sql: "INSERT INTO number VALUES (?)", arguments: [number])
                        return number
                    }
                    let found = try await ledger.read("look up") { db in
                        try Int.fetchOne(
                            db, sql: "SELECT value FROM number WHERE value = ?", arguments: [value])
                    }
                    #expect(found == number)
                }
            }
            try await group.waitForAll()
        }
    }
}
