import GRDB
import Logging
import Testing

@testable import Dispatching
@testable import Loops
@testable import Spool

@Suite("What waits in the queue is not held up by others")
struct QueueTroubleTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A part of the ledger is damaged.
    @Test func aBatchThatCannotBeReadIsNamedAndTriedAgain() async throws {
        let site = try QueueSite()
        let damaged = try await site.batch("damaged", prompts: 2)
        _ = try await site.batch("sound", prompts: 2)
        try await set("priority", to: "?", of: damaged, in: site)
        let troubles = Troubles()
        let queue = PromptQueue(
            ledger: site.ledger, pauseAfterTrouble: .zero, troubles: troubles, logger: logger)
        try await queue.recover()
        #expect(try await QueueSite.drain(queue) == ["sound-1", "sound-2"])
        #expect(await queue.waiting == 2)
        #expect(troubles.first?.contains("damaged.jsonl") == true)
        try await set("priority", to: "0", of: damaged, in: site)
        #expect(try await QueueSite.drain(queue) == ["damaged-1", "damaged-2"])
        #expect(troubles.first == nil)
    }

    @Test func whatCannotBeReadIsNotReadAgainAtOnce() async throws {
        let site = try QueueSite()
        let damaged = try await site.batch("damaged", prompts: 2)
        try await set("priority", to: "?", of: damaged, in: site)
        let queue = PromptQueue(ledger: site.ledger, pauseAfterTrouble: .seconds(3600), logger: logger)
        try await queue.recover()
        try await set("priority", to: "0", of: damaged, in: site)
        #expect(try await QueueSite.drain(queue).isEmpty)
    }

    /// A part of the ledger is damaged of which nothing was needed when its batch became active.
    @Test func anActiveBatchThatCannotBeReadHoldsUpNoOther() async throws {
        let site = try QueueSite()
        let damaged = try await site.batch("damaged", prompts: 2)
        _ = try await site.batch("sound", prompts: 2)
        let troubles = Troubles()
        let queue = PromptQueue(
            ledger: site.ledger, pauseAfterTrouble: .zero, troubles: troubles, logger: logger)
        try await queue.recover()
        try await set("offset", to: "?", of: damaged, in: site)
        #expect(try await QueueSite.drain(queue) == ["sound-1", "sound-2"])
        #expect(await queue.waiting == 2)
        #expect(troubles.first?.contains("damaged.jsonl") == true)
        try await set("offset", to: "0", of: damaged, in: site)
        #expect(try await QueueSite.drain(queue) == ["damaged-1", "damaged-2"])
        #expect(troubles.first == nil)
    }

    /// They take each place that comes free, so that there never is room for many.
    @Test func newcomersLeavePlacesToTheLedger() async throws {
        let site = try QueueSite()
        let queue = PromptQueue(ledger: site.ledger, limits: QueueLimits(activeBatches: 4))
        func add(_ id: String, prompts: Int = 1) async throws {
            try await queue.add(batch: try await site.batch(id, prompts: prompts).sequence)
        }
        for number in 0..<4 { try await add("first-\(number)") }
        try await add("old", prompts: 2)
        var ids: [String] = []
        for number in 0..<20 {
            ids.append(try #require(try await QueueSite.takeAny(queue)).customID)
            try await add("new-\(number)")
        }
        #expect(ids.contains("old-1"))
        #expect(ids.count { $0.hasPrefix("new") } > 5)
    }

    @Test func anEngineThatGivesMuchBackStopsNoOther() async throws {
        let site = try QueueSite()
        let batch = try await site.batch("a", prompts: 30)
        let queue = PromptQueue(ledger: site.ledger, limits: QueueLimits(retries: 10))
        try await queue.add(batch: batch.sequence)
        var taken = 0
        while let prompt = try await QueueSite.takeAny(queue, for: "sick") {
            taken += 1
            await queue.putBack(prompt, notBefore: .now + .seconds(3600), by: "sick")
        }
        #expect(taken == 10)
        #expect(try await QueueSite.takeAny(queue, for: "well")?.customID == "a-11")
    }

    private func set(
        _ column: String, to value: String, of batch: BatchRecord, in site: QueueSite
    ) async throws {
        try await site.ledger.write("damage") { db in
            try db.execute(
                sql: "UPDATE prompt SET \(column) = ? WHERE batch = ?", arguments: [value, batch.sequence])
        }
    }
}
