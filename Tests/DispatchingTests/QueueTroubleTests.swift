import GRDB
import Logging
import Testing

@testable import Dispatching
@testable import Spool

@Suite("What waits in the queue is not held up by others")
struct QueueTroubleTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A part of the ledger is damaged.
    @Test func aBatchThatCannotBeReadIsNamedAndTriedAgain() async throws {
        let site = try QueueSite()
        let damaged = try await site.batch("damaged", prompts: 2)
        _ = try await site.batch("sound", prompts: 2)
        try await setPriority("?", of: damaged, in: site)
        let troubles = Troubles()
        let queue = PromptQueue(ledger: site.ledger, troubles: troubles, logger: logger)
        try await queue.recover()
        #expect(try await QueueSite.drain(queue) == ["sound-1", "sound-2"])
        #expect(await queue.waiting == 2)
        #expect(troubles.first?.contains("damaged.jsonl") == true)
        try await setPriority("0", of: damaged, in: site)
        #expect(try await QueueSite.drain(queue) == ["damaged-1", "damaged-2"])
        #expect(troubles.first == nil)
    }

    private func setPriority(_ value: String, of batch: BatchRecord, in site: QueueSite) async throws {
        try await site.ledger.write("damage") { db in
            try db.execute(
                sql: "UPDATE prompt SET priority = ? WHERE batch = ?", arguments: [value, batch.sequence])
        }
    }
}
