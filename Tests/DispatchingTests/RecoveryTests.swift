import Foundation
import GRDB
import Testing

@testable import Daemon
@testable import Spool

@Suite struct RecoveryTests {
    private struct FailingLedger: LedgerConnection {
        let plan: FaultPlan

        func write<Result: Sendable>(
            _ body: @escaping @Sendable (Database) throws -> Result
        ) async throws -> Result { throw try failure() }

        func read<Result: Sendable>(
            _ body: @escaping @Sendable (Database) throws -> Result
        ) async throws -> Result { throw try failure() }

        private func failure() throws -> CancellationError {
            try plan.perform("read", "ledger") { CancellationError() }
        }
    }

    @Test("A start that waits for its disk ends when the daemon is told to stop", .timeLimit(.minutes(10)))
    func stop() async throws {
        let plan = FaultPlan()
        plan.begin(FaultPlan.Faults(failing: 0..<Int.max, code: EIO))
        let site = try await PartsSite { _ in
            Ledger(FailingLedger(plan: plan), path: "/ledger", session: "1")
        }
        await #expect(throws: CancellationError.self) {
            try await site.parts.recover { plan.operations > 20 }
        }
        #expect(site.parts.troubles.has(.recovery))
    }
}
