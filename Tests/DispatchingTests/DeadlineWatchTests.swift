import Engine
import Foundation
import GRDB
import Logging
import PromptBatch
import Settings
import TestSupport
import Testing

@testable import Control
@testable import Daemon
@testable import Dispatching
@testable import Loops
@testable import Publishing
@testable import Spool

@Suite("What has no answer in time ends as batch_expired", .timeLimit(.minutes(10)))
struct DeadlineWatchTests {
    private static let past = #""deadline": "2020-01-01T00:00:00Z""#
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// The parts of a daemon whose outcomes are written.
    private func withParts(_ body: (PartsSite) async throws -> Void) async throws {
        let site = try await PartsSite()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await site.parts.recorder.run() }
            try await body(site)
            await site.parts.recorder.finish()
            try await group.waitForAll()
        }
    }

    /// A running batch that was claimed some time ago, of prompts with these deadlines.
    private func batch(
        _ ledger: Ledger, claimedAgo seconds: Double, _ deadlines: [Deadline?]
    ) async throws -> BatchRecord {
        let batch = try await ledger.beginBatch(
            id: "b", name: "b.jsonl", inode: 1, format: .simpleJSONL,
            claimedAt: Date(timeIntervalSinceNow: -seconds))
        let prompts = deadlines.enumerated().map { index, deadline in
            NewPrompt(
                line: index + 1, offset: 0, length: 1, customID: "b-\(index + 1)", hasExplicitID: true,
                deadline: deadline,
                content: .queued(PromptAnnotation(group: "g", traits: [], expectedTokens: 1), priority: 0))
        }
        try await ledger.insert(prompts, into: batch.sequence) { _, _ in [] }
        try await ledger.endIngest(batch.sequence, position: .beginning, seenBytes: 0)
        return batch
    }

    private func outcomes(_ site: PartsSite, _ batch: BatchRecord) async throws -> [String] {
        let codes = OutcomeCodes()
        try await site.parts.ledger.forEachOutcome(of: batch.sequence, isWhole: false) { outcome in
            codes.add(try OutputLine(reading: outcome.outputLine), line: outcome.line)
        }
        return codes.all
    }

    @Test func anAnswerThatIsThereIsKept() async throws {
        try await withParts { site in
            let batch = try await site.submit("a", prompts: 3, overrides: [Self.past])
            let answer = OutputLine(
                id: "x", customID: "a-2", response: .init(statusCode: 200, requestID: nil, body: [:]),
                error: nil)
            await site.parts.recorder.record(
                [
                    PromptOutcome(
                        key: PromptKey(batch: batch.sequence, line: 2), isSuccess: true,
                        outputLine: answer.serialized(), timingLine: nil, answer: nil)
                ], batchID: batch.id)
            #expect(try await site.parts.deadlines.endOverdue())
            #expect(try await outcomes(site, batch) == ["1 batch_expired", "2 answer", "3 batch_expired"])
            let now = try #require(try await site.parts.ledger.batch(sequence: batch.sequence))
            #expect(now.answeredCount == 1 && now.failedCount == 2 && now.expiredCount == 2)
            #expect(now.openCount == 0)
            #expect(now.deadline == nil)
            // It is complete, and so is published.
            var completed = site.parts.recorder.completedBatches.makeAsyncIterator()
            #expect(await completed.next() == batch.sequence)
            #expect(try await QueueSite.drain(site.parts.queue).isEmpty)
            #expect(try await !site.parts.deadlines.endOverdue())
        }
    }

    @Test func theErrorHasTheShapeThatOpenAIDocuments() async throws {
        try await withParts { site in
            let batch = try await site.submit("a", prompts: 1, overrides: [Self.past])
            try await site.parts.deadlines.endOverdue()
            let lines = OutcomeCodes()
            try await site.parts.ledger.forEachOutcome(of: batch.sequence, isWhole: true) { outcome in
                lines.add(text: String(decoding: outcome.outputLine, as: UTF8.self))
            }
            #expect(
                lines.all == [
                    #"{"id":"batch_req_\#(batch.id)-1","custom_id":"a-1","response":null,"error":{"#
                        + #""code":"batch_expired","message":"This request could not be executed before the "#
                        + #"completion window expired.","remedy":"submit it again with a later deadline","line":1}}"#
                ])
        }
    }

    @Test func whatHasTimeIsLeftAlone() async throws {
        try await withParts { site in
            let batch = try await site.submit(
                "a", prompts: 6, overrides: [#""completion_window": "1h""#, Self.past, ""])
            #expect(await site.parts.queue.waiting == 6)
            try await site.parts.deadlines.endOverdue()
            #expect(await site.parts.queue.waiting == 4)
            #expect(try await QueueSite.drain(site.parts.queue) == ["a-3", "a-6", "a-2", "a-5"])
            let now = try #require(try await site.parts.ledger.batch(sequence: batch.sequence))
            #expect(now.expiredCount == 2 && now.openCount == 4)
            let next = try #require(try await site.parts.ledger.nextDeadline())
            #expect(next > Date(timeIntervalSinceNow: 3000))
        }
    }

    /// The soonest prompt of a group is answered in time: the others are as urgent as they are.
    @Test func anAnswerInTimeMakesTheOthersLessUrgent() async throws {
        try await withParts { site in
            let late = try await batch(
                site.parts.ledger, claimedAgo: 3650, [.within(.seconds(3601)), .within(.seconds(4000))])
            try await site.parts.queue.add(batch: late.sequence)
            try await site.submit("soon", prompts: 1, overrides: [#""completion_window": "100s""#])
            let first = try #require(try await QueueSite.takeAny(site.parts.queue))
            #expect(first.customID == "b-1")
            let answer = OutputLine(
                id: "x", customID: "b-1", response: .init(statusCode: 200, requestID: nil, body: [:]),
                error: nil)
            await site.parts.recorder.record(
                [
                    PromptOutcome(
                        key: first.key, isSuccess: true, outputLine: answer.serialized(), timingLine: nil,
                        answer: nil)
                ], batchID: late.id)
            await site.parts.queue.end(first.key)
            try await site.parts.deadlines.endOverdue()
            #expect(try await QueueSite.drain(site.parts.queue) == ["soon-1", "b-2"])
        }
    }

    /// A part of the ledger is damaged.
    @Test func aBatchThatCannotBeReadHoldsUpNoOther() async throws {
        try await withParts { site in
            let damaged = try await site.submit("damaged", prompts: 1, overrides: [Self.past])
            let sound = try await site.submit("sound", prompts: 1, overrides: [Self.past])
            try await site.parts.ledger.write("damage") { db in
                try db.execute(
                    sql: "UPDATE prompt SET priority = '?' WHERE batch = ?", arguments: [damaged.sequence])
            }
            await #expect(throws: SpoolError.self) { try await site.parts.deadlines.endOverdue() }
            #expect(try await outcomes(site, sound) == ["1 batch_expired"])
            // Nor the start of a daemon.
            try await site.parts.recover()
        }
    }

    @Test func theTimeInWhichNoDaemonRanCounts() async throws {
        try await withParts { site in
            let batch = try await batch(
                site.parts.ledger, claimedAgo: 7200, [.within(.seconds(3600)), .within(.seconds(9000)), nil])
            try await site.parts.recover()
            #expect(try await outcomes(site, batch) == ["1 batch_expired"])
            #expect(try await QueueSite.drain(site.parts.queue) == ["b-2", "b-3"])
        }
    }

    @Test func aRetryBeginsAWindowAnewAndAnInstantStays() async throws {
        try await withParts { site in
            let record = try await batch(
                site.parts.ledger, claimedAgo: 7200, [.within(.seconds(3600)), .at(.distantPast), nil])
            try await site.parts.recover()
            let reply = try #require(try await site.parts.control.retry.requeue(nil, of: record))
            #expect(reply.prompts == 1)
            #expect(reply.message == "b.jsonl: 1 prompt to be run again; the deadline of 1 prompt has passed")
            #expect(try await QueueSite.drain(site.parts.queue) == ["b-1", "b-3"])
            let next = try #require(try await site.parts.ledger.nextDeadline())
            #expect(abs(next.timeIntervalSinceNow - 3600) < 60)
        }
    }

    /// Nobody looks but the watch, and nothing else happens.
    @Test func theWatchWakesByTheDeadlineItself() async throws {
        try await withParts { site in
            let parts = site.parts
            let watch = DeadlineWatch(
                ledger: parts.ledger, layout: site.layout, queue: parts.queue, requests: parts.requests,
                recorder: parts.recorder, metrics: parts.metrics, time: MachineTime(),
                troubles: parts.troubles, logger: Self.quiet)
            async let _: Void = watch.run()
            let batch = try await site.submit(
                "a", prompts: 2, overrides: [#""completion_window": "1s""#])
            let deadline = try #require(try await parts.ledger.nextDeadline())
            await watch.note(deadline)
            var completed = parts.recorder.completedBatches.makeAsyncIterator()
            #expect(await completed.next() == batch.sequence)
            #expect(Date() >= deadline)
        }
    }

    /// What an engine works on is aborted; its answer would come too late.
    @Test func aPromptInFlightIsNotWaitedFor() async throws {
        let engine = ScriptedEngine(slots: 1) { _ in
            try? await waitForCancellation()
            return .failure(.cancelled)
        }
        try await withParts { site in
            let dispatcher = site.parts.dispatchers.makeDispatcher(
                for: ServedConfiguration(
                    settings: site.settings, source: engine, needs: try EngineNeeds(site.settings.engine)),
                start: .again, work: SharedWork(), socketPrefix: "lane", onReady: {})
            async let serving: Void = dispatcher.run()
            let batch = try await site.submit(
                "a", prompts: 2, overrides: [#""completion_window": "1h""#])
            try await waitUntil { site.parts.requests.count > 0 }
            // The hour is over while the engine is at work.
            try await site.parts.ledger.write("pass time") { db in
                try db.execute(sql: "UPDATE prompt SET deadline = 1; UPDATE batch SET deadline = 1")
            }
            try await site.parts.deadlines.endOverdue()
            await dispatcher.waitUntilIdle()
            #expect(engine.requests == 1)
            #expect(try await outcomes(site, batch) == ["1 batch_expired", "2 batch_expired"])
            await dispatcher.drain()
            try await serving
        }
    }

    @Test func whatIsOverdueIsNotSent() async throws {
        let engine = ScriptedEngine(slots: 2)
        try await withParts { site in
            let dispatcher = site.parts.dispatchers.makeDispatcher(
                for: ServedConfiguration(
                    settings: site.settings, source: engine, needs: try EngineNeeds(site.settings.engine)),
                start: .again, work: SharedWork(), socketPrefix: "lane", onReady: {})
            // The queue hands them out: the watch is late.
            let batch = try await site.submit("a", prompts: 3, overrides: ["", Self.past])
            async let serving: Void = dispatcher.run()
            try await waitUntil { await site.parts.queue.delayed >= 2 }
            try await waitUntil {
                try await site.parts.ledger.batch(sequence: batch.sequence)?.answeredCount == 1
            }
            try await site.parts.deadlines.endOverdue()
            await dispatcher.drain()
            try await serving
            #expect(engine.requests == 1)
            #expect(try await outcomes(site, batch) == ["1 batch_expired", "2 answer", "3 batch_expired"])
        }
    }

    @Test(arguments: [-5.0, 0, 0.2]) func theWallClockIsSleptBy(seconds: Double) async throws {
        let date = Date(timeIntervalSinceNow: seconds)
        try await MachineTime().sleep(until: date)
        #expect(Date() >= date)
    }

    @Test func aSleepUntilTheEndOfTimeCanBeCancelled() async throws {
        let sleep = Task { try await MachineTime().sleep(until: .distantFuture) }
        sleep.cancel()
        await #expect(throws: CancellationError.self) { try await sleep.value }
    }
}
