import Foundation
import GRDB
import Logging
import Settings
import Testing

@testable import Dispatching
@testable import Spool

@Suite struct RecoveryTests {
    /// Time that passes at once.
    private struct NoTime: TimeSource {
        var now: ContinuousClock.Instant { .now }
        func sleep(for duration: Duration) async throws { await Task.yield() }
    }

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

    @Test("A start that waits for its disk ends when the daemon is told to stop", .timeLimit(.minutes(1)))
    func stop() async throws {
        let root = NSTemporaryDirectory() + "draftspool-recovery-\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: root) }
        let layout = SpoolLayout(root: root)
        try layout.create()
        let settings = try await SettingsLoader(
            file: nil,
            flags: [
                "spool": root, "state-directory": root, "runtime-directory": root, "engine.model": "none",
            ], environment: [:]
        ).load()
        let plan = FaultPlan()
        plan.begin(FaultPlan.Faults(failing: 0..<Int.max, code: EIO))
        let parts = DaemonParts(
            settings: SharedSettings(settings), layout: layout,
            ledger: Ledger(FailingLedger(plan: plan), path: "/ledger", session: "1"),
            judge: SharedJudge(try PromptJudge(rules: [])), executor: BlockingWork(label: "test"),
            time: NoTime(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onBatch: {})
        await #expect(throws: CancellationError.self) {
            try await parts.recover { plan.operations > 20 }
        }
        #expect(parts.troubles.has(.recovery))
    }
}
