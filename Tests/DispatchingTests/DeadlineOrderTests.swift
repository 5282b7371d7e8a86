import Foundation
import PromptBatch
import Spool
import Testing

@testable import Dispatching

@Suite("Sooner deadlines go first within a priority, and nobody waits for ever")
struct DeadlineOrderTests {
    private static let hour = Deadline.within(.seconds(3600))
    private static let day = Deadline.within(.seconds(86_400))

    private func queue(_ site: QueueSite, _ batches: [BatchRecord]) async throws -> PromptQueue {
        let queue = PromptQueue(ledger: site.ledger)
        for batch in batches { try await queue.add(batch: batch.sequence) }
        return queue
    }

    private func ids(_ name: String, _ lines: ClosedRange<Int>) -> [String] { lines.map { "\(name)-\($0)" } }

    @Test func theSoonestFirst() async throws {
        let site = try QueueSite()
        let queue = try await queue(
            site,
            [
                try await site.batch("none", prompts: 3),
                try await site.batch("day", prompts: 3, deadlines: [Self.day]),
                try await site.batch("hour", prompts: 3, deadlines: [Self.hour]),
            ])
        #expect(
            try await QueueSite.drain(queue) == ids("hour", 1...3) + ids("day", 1...3) + ids("none", 1...3))
    }

    @Test func prioritiesGoBeforeDeadlines() async throws {
        let site = try QueueSite()
        let queue = try await queue(
            site,
            [
                try await site.batch("hour", prompts: 2, deadlines: [Self.hour]),
                try await site.batch("urgent", prompts: 2, priorities: [1]),
            ])
        #expect(try await QueueSite.drain(queue) == ids("urgent", 1...2) + ids("hour", 1...2))
    }

    /// Else a small batch would wait for all of a large one that was claimed a moment before.
    @Test func batchesWithTheSameWindowTakeTurns() async throws {
        let site = try QueueSite()
        let queue = try await queue(
            site,
            [
                try await site.batch(
                    "large", prompts: 100, deadlines: [Self.day], claimedAt: Date(timeIntervalSinceNow: -60)),
                try await site.batch("small", prompts: 5, deadlines: [Self.day]),
            ])
        let first = try await QueueSite.drain(queue).prefix(10)
        #expect(first.count { $0.hasPrefix("small") } == 5)
    }

    @Test func whatHasNoDeadlineIsServedNowAndThen() async throws {
        let site = try QueueSite()
        let queue = try await queue(
            site,
            [
                try await site.batch("none", prompts: 5),
                try await site.batch("hour", prompts: 200, deadlines: [Self.hour]),
            ])
        let first = try await QueueSite.drain(queue).prefix(50)
        #expect(first.count { $0.hasPrefix("none") } == 5)
        #expect(first.prefix(9).allSatisfy { $0.hasPrefix("hour") })
    }

    @Test func promptsOfABatchToo() async throws {
        let site = try QueueSite()
        let batch = try await site.batch("a", prompts: 12, deadlines: [nil, Self.hour])
        let queue = try await queue(site, [batch])
        #expect(
            try await QueueSite.drain(queue) == [1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 12].map { "a-\($0)" })
    }

    /// A beginning that a slot holds is no reason to let what is urgent wait.
    @Test func aSharedBeginningDoesNotGoBeforeADeadline() async throws {
        let site = try QueueSite()
        let held = PrefixKey(value: 7)
        let batch = try await site.batch(
            "a", prompts: 12, prefixes: [held, PrefixKey(value: 8)], deadlines: [nil, Self.hour])
        let queue = try await queue(site, [batch])
        var order = PrefixOrder()
        order.idle = [held]
        let groups = Set(await queue.backlog().map(\.text))
        var taken: [Int] = []
        while let prompt = try await queue.take(from: groups, in: order) { taken.append(prompt.key.line) }
        #expect(taken == [1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 12])
    }

    @Test func anUrgentBatchGetsInThoughItIsLarge() async throws {
        let site = try QueueSite()
        let queue = PromptQueue(ledger: site.ledger, limits: QueueLimits(activeBatches: 2))
        for name in ["a", "b"] {
            try await queue.add(batch: try await site.batch(name, prompts: 3).sequence)
        }
        let hour = try await site.batch("hour", prompts: 40, deadlines: [Self.hour])
        try await queue.add(batch: hour.sequence)
        let taken = try await QueueSite.drain(queue)
        #expect(taken.first == "hour-1")
        #expect(taken.count == 46 && Set(taken).count == 46)
    }

    /// Else files without a deadline that come in numbers would let it expire.
    @Test func aLargeUrgentBatchKeepsItsPlace() async throws {
        let site = try QueueSite()
        let queue = PromptQueue(ledger: site.ledger, limits: QueueLimits(activeBatches: 2))
        let hour = try await site.batch("hour", prompts: 40, deadlines: [Self.hour])
        try await queue.add(batch: hour.sequence)
        try await queue.add(batch: try await site.batch("a", prompts: 3).sequence)
        let small = try await site.batch("small", prompts: 2)
        try await queue.add(batch: small.sequence)
        #expect(Set(await queue.backlog().map(\.key.batch)) == [hour.sequence, small.sequence])
        #expect(try await QueueSite.drain(queue).count == 45)
    }

    @Test func whatComesBackKeepsItsDeadline() async throws {
        let site = try QueueSite()
        let queue = try await queue(
            site,
            [
                try await site.batch("none", prompts: 2),
                try await site.batch("hour", prompts: 1, deadlines: [Self.hour]),
            ])
        let first = try #require(try await QueueSite.takeAny(queue))
        #expect(first.customID == "hour-1")
        await queue.putBack(first)
        #expect(try await QueueSite.drain(queue) == ["hour-1", "none-1", "none-2"])
    }

    @Test(arguments: [(1.0, 2.5), (60, 130), (1800, 3700), (-5, 3)])
    func oneThatHasHalfTheTimeIsMoreUrgent(sooner: Double, later: Double) {
        let now = Date()
        let first = Urgency(of: now.addingTimeInterval(sooner), at: now)
        let second = Urgency(of: now.addingTimeInterval(later), at: now)
        let none = Urgency(of: nil, at: now)
        #expect(first < second && second < none && Urgency.first < first)
    }
}
