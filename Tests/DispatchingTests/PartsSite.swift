import Foundation
import Logging
import Settings
import Spool

@testable import Dispatching

/// A spool in a directory of its own, with the daemon's parts, whose time passes at once.
final class PartsSite: Sendable {
    private struct NoTime: TimeSource {
        var now: ContinuousClock.Instant { .now }
        func sleep(for duration: Duration) async throws { await Task.yield() }
    }

    let layout: SpoolLayout
    let parts: DaemonParts

    /// - Parameter makeLedger: given the directory; makes the parts' ledger.
    init(
        ledger makeLedger: (_ root: String) throws -> Ledger = { try Ledger(path: $0 + "/ledger.sqlite") }
    ) async throws {
        let root = NSTemporaryDirectory() + "draftspool-parts-\(UInt32.random(in: 0 ... .max))"
        layout = SpoolLayout(root: root)
        try layout.create()
        let settings = try await SettingsLoader(
            file: nil,
            flags: [
                "spool": root, "state-directory": root, "runtime-directory": root, "engine.model": "none",
            ], environment: [:]
        ).load()
        parts = DaemonParts(
            settings: SharedSettings(settings), layout: layout, ledger: try makeLedger(root),
            judge: SharedJudge(try PromptJudge(rules: [])), executor: BlockingWork(label: "test"),
            time: NoTime(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, onBatch: {})
    }

    deinit { try? FileManager.default.removeItem(atPath: layout.root) }
}
