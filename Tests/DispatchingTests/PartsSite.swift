import Foundation
import Logging
import PromptBatch
import Settings
import Spool

@testable import Daemon
@testable import Intake
@testable import Loops

/// A spool in a directory of its own, with the daemon's parts, whose time passes at once.
final class PartsSite: Sendable {
    private struct NoTime: TimeSource {
        var now: ContinuousClock.Instant { .now }
        func sleep(for duration: Duration) async throws { await Task.yield() }
        func sleep(until date: Date) async throws { await Task.yield() }
    }

    /// Its classifier takes longer to load than most tests do.
    private static let judge = Result { try PromptJudge(rules: []) }

    let layout: SpoolLayout
    let parts: DaemonParts
    let settings: Settings

    /// - Parameter makeLedger: given the directory; makes the parts' ledger.
    init(
        flags: [String: String] = [:], disk: any Disk = LinuxDisk(),
        ledger makeLedger: (_ root: String) throws -> Ledger = { try Ledger(path: $0 + "/ledger.sqlite") }
    ) async throws {
        let root = NSTemporaryDirectory() + "draftspool-parts-\(UInt32.random(in: 0 ... .max))"
        layout = SpoolLayout(root: root, disk: disk)
        try layout.create()
        settings = try await SettingsLoader(
            file: nil,
            flags: [
                "spool": root, "state-directory": root, "runtime-directory": root, "engine.model": "none",
            ].merging(flags) { $1 }, environment: [:]
        ).load()
        parts = DaemonParts(
            settings: SharedSettings(settings), layout: layout, ledger: try makeLedger(root),
            judge: SharedJudge(try Self.judge.get()), executor: BlockingWork(label: "test"),
            time: NoTime(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Reads a batch of so many prompts in, and tells the queue of it.
    ///
    /// - Parameters:
    ///   - attempts: how often each was under way when engine or daemon ended.
    ///   - first: what the first of them says.
    ///   - model: what the first of them names.
    ///   - overrides: members of `draftspool`, which go round over the prompts.
    @discardableResult
    func submit(
        _ name: String, prompts: Int, attempts: Int = 0, first: String = "Why?", model: String? = nil,
        overrides: [String] = [""]
    ) async throws -> BatchRecord {
        let lines = (1...prompts).map { number in
            let named = number == 1 ? model.map { #""model": "\#($0)", "# } ?? "" : ""
            return #"{"id": "\#(name)-\#(number)", "prompt": "\#(number == 1 ? first : "Why?")", \#(named)"#
                + #""draftspool": {\#(overrides[number % overrides.count])}}"#
        }
        try Data(lines.joined(separator: "\n").utf8).write(
            to: URL(fileURLWithPath: layout.incoming + "/\(name).jsonl"))
        guard
            let file = try ClaimedFile.claim(
                FileName("\(name).jsonl"), as: ClaimedFile.makeID(on: layout.disk), in: layout)
        else { throw CancellationError() }
        let ingest = BatchIngest(ledger: parts.ledger, layout: layout, maximumLineBytes: 1 << 20)
        let judge = try Self.judge.get()
        let result = try await ingest.ingest(file, isFinal: true) { judge.annotate($0, batch: name) }
        guard case .accepted(let batch, _, _) = result else { throw CancellationError() }
        if attempts > 0 {
            let attempts = (1...prompts).map {
                PromptAttempt(key: PromptKey(batch: batch.sequence, line: $0), attempts: attempts)
            }
            _ = try await parts.ledger.record(attempts, [])
        }
        try await parts.queue.add(batch: batch.sequence)
        return batch
    }

    deinit { try? FileManager.default.removeItem(atPath: layout.root) }
}
