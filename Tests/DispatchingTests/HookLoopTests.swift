import Foundation
import Settings
import Spool
import TestSupport
import Testing

@testable import Daemon
@testable import Hooks
@testable import Loops
@testable import Publishing

@Suite("Finished batches are told of", .timeLimit(.minutes(10)))
final class HookLoopTests: Sendable {
    private let script = NSTemporaryDirectory() + "draftspool-hook-\(UInt32.random(in: 0 ... .max)).sh"

    deinit { unlink(script) }

    /// Parts whose hook is a program for `/bin/sh`.
    private func site(_ text: String, giveUpAfter: String = "1h") async throws -> PartsSite {
        try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(fileURLWithPath: script))
        try #require(chmod(script, 0o700) == 0)
        return try await PartsSite(
            flags: ["hooks.batch-finished": script, "hooks.give-up-after": giveUpAfter])
    }

    /// A batch that has just finished.
    @discardableResult
    private func finish(_ site: PartsSite, _ id: String, at date: Date = Date()) async throws -> BatchRecord {
        let ledger = site.parts.ledger
        let batch = try await ledger.beginBatch(
            id: id, name: id + ".jsonl", inode: 1, format: .simpleJSONL, claimedAt: date)
        try await ledger.endIngest(batch.sequence, position: .beginning, seenBytes: 0)
        try await ledger.endBatch(batch.sequence, state: .done, at: date, isToBeTold: true)
        return batch
    }

    private func waiting(_ site: PartsSite) async throws -> [WaitingHook] {
        try await site.parts.ledger.waitingHooks(limit: 100)
    }

    private func state(_ site: PartsSite, _ batch: BatchRecord) async throws -> HookState? {
        try await site.parts.ledger.batch(sequence: batch.sequence)?.hook
    }

    /// Lets the loop run until `condition` holds.
    private func run(_ site: PartsSite, until condition: () async throws -> Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await site.parts.hooks.run() }
            try await waitUntil(condition)
            group.cancelAll()
        }
    }

    private func lines(_ site: PartsSite, _ name: String) -> [String] {
        let text = try? String(contentsOfFile: site.layout.root + "/" + name, encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }

    @Test func eachOnce() async throws {
        let site = try await site(#"echo "$DRAFTSPOOL_BATCH" >> "$DRAFTSPOOL_SPOOL/told""#)
        let names = (1...20).map { "b\($0)" }
        for name in names { try await finish(site, name) }
        try await run(site) { try await waiting(site).isEmpty }
        #expect(lines(site, "told").sorted() == names.sorted())
        let finished = try await site.parts.ledger.finishedBatches(limit: 100)
        #expect(finished.allSatisfy { $0.hook == .delivered })
        #expect(try await site.parts.ledger.hookStatus() == nil)
    }

    /// It wakes by the end of a batch alone.
    @Test func theEndOfABatchWakesIt() async throws {
        let site = try await site(#"echo "$DRAFTSPOOL_FILE" >> "$DRAFTSPOOL_SPOOL/told""#)
        try await run(site) {
            guard lines(site, "told").isEmpty else { return true }
            if try await site.parts.ledger.finishedBatches(limit: 1).isEmpty {
                let file = site.layout.incoming + "/refused.jsonl"
                try Data("no JSON\n".utf8).write(to: URL(fileURLWithPath: file))
                let claimed = try #require(
                    try ClaimedFile.claim(
                        FileName("refused.jsonl"), as: ClaimedFile.makeID(on: site.layout.disk),
                        in: site.layout))
                let ingest = BatchIngest(
                    ledger: site.parts.ledger, layout: site.layout, maximumLineBytes: 1 << 20)
                let result = try await ingest.ingest(claimed, isFinal: true) { _ in
                    PromptAnnotation(group: "g", traits: [], expectedTokens: 1)
                }
                guard case .unreadable(let batch, let problems) = result else { throw CancellationError() }
                try await site.parts.publishing.publisher.reject(batch, problems: problems)
            }
            return false
        }
        #expect(lines(site, "told") == ["refused.jsonl"])
    }

    @Test func whatFailedIsTriedLater() async throws {
        let site = try await site("exit 1")
        let batch = try await finish(site, "b")
        let hook = try #require(try await waiting(site).first)
        let begin = Date()
        await site.parts.hooks.tell(hook)
        let next = try #require(try await waiting(site).first)
        #expect(next.tries == 1)
        #expect(next.dueAt > begin + 4.999 && next.dueAt < Date() + 6.251)
        #expect(try await state(site, batch) == .waiting)
        let status = try await site.parts.ledger.hookStatus()
        #expect(status == SpoolStatus.Hooks(waiting: 1, failing: 1, error: "it ended with exit status 1"))
    }

    @Test func aTryIsNumbered() async throws {
        let site = try await site(#"echo "$DRAFTSPOOL_TRY" >> "$DRAFTSPOOL_SPOOL/tries"; exit 1"#)
        try await finish(site, "b")
        for _ in 1...3 {
            let hook = try #require(try await waiting(site).first)
            await site.parts.hooks.tell(hook)
        }
        #expect(lines(site, "tries") == ["1", "2", "3"])
    }

    @Test func triesAreCounted() async throws {
        let site = try await site(#"test -e "$DRAFTSPOOL_SPOOL/mended""#, giveUpAfter: "1h")
        try await finish(site, "b")
        await site.parts.hooks.tell(try #require(try await waiting(site).first))
        try Data().write(to: URL(fileURLWithPath: site.layout.root + "/mended"))
        await site.parts.hooks.tell(try #require(try await waiting(site).first))
        try FileManager.default.removeItem(atPath: site.layout.root + "/mended")
        try await finish(site, "late", at: Date(timeIntervalSinceNow: -3601))
        await site.parts.hooks.tell(try #require(try await waiting(site).first))
        let tries = await site.parts.hooks.tries
        #expect(tries.delivered == 1 && tries.failed == 1 && tries.givenUp == 1)
    }

    @Test func itIsGivenUpInTheEnd() async throws {
        let site = try await site("exit 1", giveUpAfter: "1h")
        let batch = try await finish(site, "b", at: Date(timeIntervalSinceNow: -3601))
        await site.parts.hooks.tell(try #require(try await waiting(site).first))
        #expect(try await waiting(site).isEmpty)
        #expect(try await state(site, batch) == .givenUp)
    }

    /// The last try is when it would be given up, and no later.
    @Test func thePauseEndsWithTheTimeThatThereIs() async throws {
        let site = try await site("exit 1", giveUpAfter: "1h")
        let end = Date(timeIntervalSinceNow: 600)
        let batch = try await finish(site, "b", at: end - 3600)
        for _ in 1...9 {
            try await site.parts.ledger.noteTry(ofHook: batch.sequence, .waiting, again: end, error: "none")
        }
        await site.parts.hooks.tell(try #require(try await waiting(site).first))
        let next = try #require(try await waiting(site).first)
        #expect(next.tries == 10)
        #expect(abs(next.dueAt.timeIntervalSince(end)) < 0.001)
    }

    /// A crash, or the end of the daemon, in the midst of a try repeats it.
    @Test func whatIsUnderWayAtTheEndIsToldAgain() async throws {
        let site = try await site(#"touch "$DRAFTSPOOL_SPOOL/begun"; exec sleep 3600"#)
        let batch = try await finish(site, "b")
        try await run(site) { FileManager.default.fileExists(atPath: site.layout.root + "/begun") }
        let hook = try #require(try await waiting(site).first)
        #expect(hook.batch.id == batch.id && hook.tries == 0 && hook.dueAt <= Date())
    }

    /// All begin that may; each ends when it is the fourth.
    @Test func noMoreThanFourAtATime() async throws {
        let site = try await site(
            #"""
            cd "$DRAFTSPOOL_SPOOL"; mkdir -p begun; touch "begun/$DRAFTSPOOL_BATCH"
            while [ ! -e go ]; do sleep 0.01; done
            """#)
        for number in 1...6 { try await finish(site, "b\(number)") }
        func begun() -> Int {
            ((try? FileManager.default.contentsOfDirectory(atPath: site.layout.root + "/begun")) ?? []).count
        }
        try await run(site) {
            if begun() == 4, !FileManager.default.fileExists(atPath: site.layout.root + "/go") {
                // Were there room for more, they would have been taken with these.
                await site.parts.hooks.lookAgain()
                #expect(begun() == 4)
                try Data().write(to: URL(fileURLWithPath: site.layout.root + "/go"))
            }
            return try await waiting(site).isEmpty
        }
        #expect(begun() == 6)
    }

    @Test func aReloadTriesAllAgain() async throws {
        let site = try await site(
            #"test -e "$DRAFTSPOOL_SPOOL/mended" && touch "$DRAFTSPOOL_SPOOL/told""#, giveUpAfter: "30d")
        let batch = try await finish(site, "b")
        try await site.parts.ledger.noteTry(
            ofHook: batch.sequence, .waiting, again: Date(timeIntervalSinceNow: 86_400), error: "no answer")
        try Data().write(to: URL(fileURLWithPath: site.layout.root + "/mended"))
        await site.parts.hooks.tryAll()
        try await run(site) { try await waiting(site).isEmpty }
        #expect(try await state(site, batch) == .delivered)
    }

    /// The clock was wrong when it was put off, and is right now.
    @Test func aClockThatIsSetBackPutsNothingOff() async throws {
        let site = try await site(#"touch "$DRAFTSPOOL_SPOOL/told""#)
        let batch = try await finish(site, "b")
        try await site.parts.ledger.noteTry(
            ofHook: batch.sequence, .waiting, again: Date(timeIntervalSinceNow: 10 * 86_400), error: "none")
        try await run(site) { try await waiting(site).isEmpty }
        #expect(try await state(site, batch) == .delivered)
    }

    @Test func pausesGrowUpToAnHour() {
        let seconds = (1...14).map { HookPauses.pause(after: $0, share: 0) / .seconds(1) }
        #expect(
            seconds == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, 3600, 3600])
        #expect(HookPauses.pause(after: 1, share: 0.25) == .milliseconds(6250))
        for tries in 1...1000 {
            let pause = HookPauses.pause(after: tries)
            #expect(pause >= .seconds(5) && pause <= .seconds(4500))
        }
    }
}
