import Foundation
import PromptBatch
import Spool
import TestSupport
import Testing

@testable import Dispatching
@testable import Loops

@Suite("The queue hands every prompt out once, in bounded memory")
struct PromptQueueTests {
    @Test func everyPromptOnceInInputOrder() async throws {
        let site = try QueueSite()
        _ = try await site.batch("a", prompts: 50)
        let queue = PromptQueue(ledger: site.ledger, limits: QueueLimits(readAhead: 7))
        try await queue.recover()
        #expect(await queue.waiting == 50)
        #expect(try await QueueSite.drain(queue) == (1...50).map { "a-\($0)" })
        #expect(await queue.waiting == 0)
    }

    @Test func aSmallBatchDoesNotWaitForALargeOne() async throws {
        let site = try QueueSite()
        let large = try await site.batch("large", prompts: 500)
        let queue = PromptQueue(ledger: site.ledger)
        try await queue.add(batch: large.sequence)
        for _ in 0..<20 { _ = try await QueueSite.takeAny(queue) }
        let small = try await site.batch("small", prompts: 5)
        try await queue.add(batch: small.sequence)
        var next: [String] = []
        for _ in 0..<10 { next.append(try #require(try await QueueSite.takeAny(queue)).customID) }
        #expect(next.count { $0.hasPrefix("small") } == 5)
    }

    /// While the groups of a large batch are read, others look at the queue.
    @Test func aBatchCountsWhileItIsBeingRead() async throws {
        let site = try QueueSite()
        let batch = try await site.batch("large", prompts: 2000)
        let queue = PromptQueue(ledger: site.ledger)
        try await queue.recover()
        await queue.forget(batch: batch.sequence)
        _ = await queue.backlog()
        let other = try await site.batch("other", prompts: 3000)
        async let added: Void = queue.add(batch: other.sequence)
        for _ in 0..<200 { _ = await queue.backlog() }
        try await added
        #expect(await queue.waiting >= 3000)
    }

    @Test func higherPrioritiesGoFirst() async throws {
        let site = try QueueSite()
        let batch = try await site.batch("a", prompts: 9, priorities: [0, 5, 1])
        let urgent = try await site.batch("urgent", prompts: 2, priorities: [9])
        let queue = PromptQueue(ledger: site.ledger)
        try await queue.add(batch: batch.sequence)
        try await queue.add(batch: urgent.sequence)
        let ids = try await QueueSite.drain(queue)
        #expect(
            ids == [
                "urgent-1", "urgent-2", "a-1", "a-4", "a-7", "a-2", "a-5", "a-8", "a-3", "a-6", "a-9",
            ])
    }

    /// More batches than may be active: all are served, urgent ones and newcomers before the rest.
    @Test func batchesBeyondTheActiveSetAreServed() async throws {
        let site = try QueueSite()
        let queue = PromptQueue(ledger: site.ledger, limits: QueueLimits(activeBatches: 4))
        for index in 0..<20 {
            let batch = try await site.batch("b\(index)", prompts: 3, groups: ["x", "y"])
            try await queue.add(batch: batch.sequence)
        }
        #expect(await queue.waiting == 60)
        #expect(Set(await queue.backlog().map(\.key.batch)).count <= 4)
        let newcomer = try await site.batch("new", prompts: 1)
        try await queue.add(batch: newcomer.sequence)
        var ids: [String] = []
        for _ in 0..<8 { ids.append(try #require(try await QueueSite.takeAny(queue)).customID) }
        #expect(ids.contains("new-1"))
        ids += try await QueueSite.drain(queue)
        #expect(ids.count == 61)
        #expect(Set(ids).count == 61)
        #expect(await queue.waiting == 0)
    }

    @Test func batchesThatComeAllTheTimeDoNotHoldUpTheOthers() async throws {
        let site = try QueueSite()
        let queue = PromptQueue(ledger: site.ledger)
        let large = try await site.batch("large", prompts: 60)
        try await queue.add(batch: large.sequence)
        var ids = [try #require(try await QueueSite.takeAny(queue)).customID]
        for number in 0..<40 {
            let small = try await site.batch("s\(number)", prompts: 1)
            try await queue.add(batch: small.sequence)
            ids.append(try #require(try await QueueSite.takeAny(queue)).customID)
        }
        #expect(ids.count { $0.hasPrefix("large") } > 5)
        #expect(ids.count { !$0.hasPrefix("large") } > 10)
    }

    @Test func aBatchThatMakesRoomLosesNothing() async throws {
        let site = try QueueSite()
        let queue = PromptQueue(ledger: site.ledger, limits: QueueLimits(activeBatches: 1, readAhead: 4))
        let large = try await site.batch("large", prompts: 30)
        try await queue.add(batch: large.sequence)
        var ids: [String] = []
        for _ in 0..<6 { ids.append(try #require(try await QueueSite.takeAny(queue)).customID) }
        let small = try await site.batch("small", prompts: 2)
        try await queue.add(batch: small.sequence)
        ids += try await QueueSite.drain(queue)
        #expect(ids.count == 32)
        #expect(Set(ids).count == 32)
    }

    @Test func aPromptPutBackComesAgainWhenItIsDue() async throws {
        let site = try QueueSite()
        let batch = try await site.batch("a", prompts: 2)
        let queue = PromptQueue(ledger: site.ledger)
        try await queue.add(batch: batch.sequence)
        let first = try #require(try await QueueSite.takeAny(queue))
        await queue.putBack(first, notBefore: .now + .seconds(3600))
        #expect(await queue.delayed == 1)
        let second = try #require(try await QueueSite.takeAny(queue))
        #expect(second.customID == "a-2")
        #expect(try await QueueSite.takeAny(queue) == nil)
        await queue.putBack(second, notBefore: .now + .milliseconds(30))
        var again: QueuedPrompt?
        try await waitUntil {
            again = try await QueueSite.takeAny(queue)
            return again != nil
        }
        #expect(again?.customID == "a-2")
        #expect(try await QueueSite.takeAny(queue) == nil)
        #expect(await queue.delayed == 1)
    }

    /// An engine that refuses everything must not bring the whole backlog into memory.
    @Test func nothingMoreIsHandedOutWhileManyWaitForTheirNextTry() async throws {
        let site = try QueueSite()
        let batch = try await site.batch("a", prompts: 40)
        let queue = PromptQueue(ledger: site.ledger, limits: QueueLimits(retries: 10))
        try await queue.add(batch: batch.sequence)
        var taken = 0
        while let prompt = try await QueueSite.takeAny(queue) {
            taken += 1
            await queue.putBack(prompt, notBefore: .now + .seconds(3600))
        }
        #expect(taken == 10)
    }

    @Test func manyTakersGetEachPromptOnce() async throws {
        let site = try QueueSite()
        let batch = try await site.batch("a", prompts: 400, groups: ["x", "y", "z"])
        let queue = PromptQueue(ledger: site.ledger, limits: QueueLimits(readAhead: 16))
        try await queue.add(batch: batch.sequence)
        let ids = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<16 { group.addTask { try await QueueSite.drain(queue) } }
            return try await group.reduce(into: [String]()) { $0 += $1 }
        }
        #expect(ids.count == 400)
        #expect(Set(ids).count == 400)
    }

    @Test func aReloadedBatchHandsOutWhatWaitsAndIsNotUnderWay() async throws {
        let site = try QueueSite()
        let batch = try await site.batch("a", prompts: 6)
        let queue = PromptQueue(ledger: site.ledger)
        try await queue.add(batch: batch.sequence)
        let first = try #require(try await QueueSite.takeAny(queue))
        _ = try await site.ledger.record([
            PromptOutcome(
                key: PromptKey(batch: batch.sequence, line: 3), isSuccess: false, outputLine: [1],
                timingLine: nil, answer: nil)
        ])
        try await queue.reload(batch: batch.sequence)
        #expect(await queue.waiting == 4)
        #expect(try await QueueSite.drain(queue) == ["a-2", "a-4", "a-5", "a-6"])
        await queue.putBack(first)
        #expect(try await QueueSite.drain(queue) == ["a-1"])
    }

    private func end(_ prompts: ArraySlice<QueuedPrompt>, in ledger: Ledger) async throws {
        try await ledger.record(
            prompts.map {
                PromptOutcome(key: $0.key, isSuccess: false, outputLine: [1], timingLine: nil, answer: nil)
            })
    }

    /// Engines may still work on what has ended; that hides nothing of what waits.
    @Test func whatEndsUnderWayLeavesTheOthersOfItsGroup() async throws {
        let site = try QueueSite()
        let batch = try await site.batch("a", prompts: 4)
        let queue = PromptQueue(ledger: site.ledger)
        try await queue.add(batch: batch.sequence)
        var taken: [QueuedPrompt] = []
        for _ in 0..<2 { taken.append(try #require(try await QueueSite.takeAny(queue))) }
        try await end(taken[...], in: site.ledger)
        await queue.settle(Set(taken.map(\.key)), of: batch.sequence)
        try await queue.shrink(batch: batch.sequence)
        #expect(await queue.waiting == 2)
        #expect(try await QueueSite.drain(queue) == ["a-3", "a-4"])
        for prompt in taken { await queue.end(prompt.key) }
        #expect(await queue.waiting == 0)
    }

    @Test func whatEndsShortensNoPauseOfOthers() async throws {
        let site = try QueueSite()
        let batch = try await site.batch("a", prompts: 3)
        let queue = PromptQueue(ledger: site.ledger)
        try await queue.add(batch: batch.sequence)
        var taken: [QueuedPrompt] = []
        for _ in 0..<2 { taken.append(try #require(try await QueueSite.takeAny(queue))) }
        for prompt in taken { await queue.putBack(prompt, notBefore: .now + .seconds(3600)) }
        try await end(taken[..<1], in: site.ledger)
        await queue.settle([taken[0].key], of: batch.sequence)
        try await queue.shrink(batch: batch.sequence)
        #expect(await queue.delayed == 1)
        #expect(try await QueueSite.drain(queue) == ["a-3"])
    }

    /// However many batches grow, or have prompts that end or wait again.
    @Test func batchesThatAreLookedAtAnewStayBeyondTheActiveSet() async throws {
        let site = try QueueSite()
        let queue = PromptQueue(ledger: site.ledger, limits: QueueLimits(activeBatches: 2))
        var batches: [Int64] = []
        for index in 0..<6 {
            batches.append(try await site.batch("b\(index)", prompts: 3).sequence)
            try await queue.add(batch: batches[index])
        }
        for batch in batches {
            try await queue.extend(batch: batch)
            try await queue.reload(batch: batch)
            try await queue.shrink(batch: batch)
        }
        #expect(Set(await queue.backlog().map(\.key.batch)).count == 2)
        #expect(await queue.waiting == 18)
        #expect(Set(try await QueueSite.drain(queue)).count == 18)
    }

    /// An outcome is in the ledger before the queue is told; a batch that becomes active in between must not lose
    /// a prompt that came back for another try.
    @Test func aPromptThatCameBackIsNotLostBesideOneThatEnds() async throws {
        let site = try QueueSite()
        let batch = try await site.batch("a", prompts: 3)
        let queue = PromptQueue(ledger: site.ledger)
        try await queue.add(batch: batch.sequence)
        var taken: [QueuedPrompt] = []
        while let prompt = try await QueueSite.takeAny(queue) { taken.append(prompt) }
        try await site.ledger.record([
            PromptOutcome(
                key: taken[0].key, isSuccess: true, outputLine: [], timingLine: nil, answer: nil)
        ])
        for prompt in taken.dropFirst() { await queue.putBack(prompt) }
        var ids = try await QueueSite.drain(queue)
        await queue.end(taken[0].key)
        ids += try await QueueSite.drain(queue)
        #expect(ids.sorted() == ["a-2", "a-3"])
    }

    // MARK: Waiting

    /// How long the only group has waited, in seconds.
    private func wait(_ queue: PromptQueue) async throws -> Double {
        try #require(await queue.backlog().first).waitingSince.duration(to: .now) / .seconds(1)
    }

    /// The wall clock may be set between the claim and now; from then on nobody asks it.
    @Test(arguments: [
        (0.0, 0.0), (600.0, 600.0), (365 * 86_400.0, 3600.0), (-365 * 86_400.0, 0.0),
    ])
    func aWaitBeforeThisProcessIsBelievedForAnHour(ageByTheClock: Double, wait: Double) async throws {
        let site = try QueueSite()
        let batch = try await site.batch(
            "a", prompts: 3, claimedAt: Date(timeIntervalSinceNow: -ageByTheClock))
        let queue = PromptQueue(ledger: site.ledger)
        try await queue.add(batch: batch.sequence)
        let first = try await self.wait(queue)
        #expect((wait..<wait + 500).contains(first))
    }

    @Test func aBatchThatIsLookedAtAnewHasWaitedAsLong() async throws {
        let site = try QueueSite()
        let batch = try await site.batch("a", prompts: 3, claimedAt: Date(timeIntervalSinceNow: -600))
        let queue = PromptQueue(ledger: site.ledger)
        try await queue.add(batch: batch.sequence)
        let since = try #require(await queue.backlog().first).waitingSince
        try await queue.reload(batch: batch.sequence)
        #expect(try #require(await queue.backlog().first).waitingSince == since)
        let prompt = try #require(try await QueueSite.takeAny(queue))
        await queue.putBack(prompt)
        #expect(try #require(await queue.backlog().first).waitingSince == since)
    }
}
