import Foundation
import GRDB
import PromptBatch
import Synchronization
import Testing

@testable import Daemon
@testable import Publishing
@testable import Spool

@Suite struct OutcomeRecorderTests {
    @Test(.timeLimit(.minutes(10)))
    func resultsSoFarHaveEachOutcomeOnceWhileTheyAreWrittenAnew() async throws {
        let site = try await PartsSite()
        let lines = 3_000
        let batch = try await site.submit("large", prompts: lines)
        let recorder = site.parts.recorder
        async let running: Void = recorder.run()
        await withTaskGroup(of: Void.self) { group in
            for line in 1...lines {
                group.addTask { await recorder.record([answer(line, of: batch)], batchID: batch.id) }
                if line.isMultiple(of: 100) {
                    group.addTask { await recorder.rebuildResultsSoFar(of: batch) }
                }
            }
        }
        await recorder.finish()
        await running
        let path = site.layout.activeDirectory(batch: batch.id) + "/output.jsonl"
        let shown = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(shown.count == lines && Set(shown).count == lines)
    }

    /// Its million outcomes take long to be written anew.
    @Test(.timeLimit(.minutes(10)))
    func aBatchThatIsWrittenAnewHoldsUpNoOther() async throws {
        let (site, hold) = try await siteWithHeldReads()
        let large = try await site.submit("large", prompts: 2)
        let small = try await site.submit("small", prompts: 1)
        let recorder = site.parts.recorder
        async let running: Void = recorder.run()
        await recorder.record([answer(1, of: large)], batchID: large.id)
        hold.begin()
        async let rebuilt: Void = recorder.rebuildResultsSoFar(of: large)
        await hold.untilOneWaits()
        async let held = recorder.record([answer(2, of: large)], batchID: large.id)
        #expect(await recorder.record([answer(1, of: small)], batchID: small.id) == 1)
        hold.end()
        await rebuilt
        #expect(await held == 1)
        await recorder.finish()
        await running
        let path = site.layout.activeDirectory(batch: large.id) + "/output.jsonl"
        let shown = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(shown.count == 2 && Set(shown).count == 2)
    }

    @Test(.timeLimit(.minutes(10)))
    func aStopThatGivesUpDoesNotWaitForResultsSoFar() async throws {
        let (site, hold) = try await siteWithHeldReads()
        let batch = try await site.submit("large", prompts: 2)
        let recorder = site.parts.recorder
        async let running: Void = recorder.run()
        hold.begin()
        async let rebuilt: Void = recorder.rebuildResultsSoFar(of: batch)
        await hold.untilOneWaits()
        await recorder.giveUp()
        await recorder.finish()
        await rebuilt
        await running
    }

    private func siteWithHeldReads() async throws -> (PartsSite, ReadersHold) {
        let hold = ReadersHold()
        let site = try await PartsSite { root in
            let path = root + "/ledger.sqlite"
            _ = try Ledger(path: path)
            let connection = GroupCommit(database: try DatabasePool(path: path))
            return Ledger(HeldLedger(connection: connection, hold: hold), path: path, session: "1")
        }
        return (site, hold)
    }

    /// A prompt is answered, and expires, in the same moment.
    @Test func ofTwoOutcomesTheFirstIsShownAndCounted() async throws {
        let site = try await PartsSite()
        let batch = try await site.submit("large", prompts: 2)
        let recorder = site.parts.recorder
        async let running: Void = recorder.run()
        let answer = answer(1, of: batch)
        let expiry = PromptOutcome(
            key: answer.key, isSuccess: false, outputLine: [1], timingLine: nil, answer: nil, isExpired: true)
        #expect(await recorder.record([answer, expiry], batchID: batch.id) == 1)
        await recorder.finish()
        await running
        func shown(_ name: String) -> Int {
            let path = site.layout.activeDirectory(batch: batch.id) + "/" + name
            let text = try? String(contentsOfFile: path, encoding: .utf8)
            return (text ?? "").split(separator: "\n").count
        }
        #expect(shown("output.jsonl") == 1 && shown("errors.jsonl") == 0)
        let now = try #require(try await site.parts.ledger.batch(sequence: batch.sequence))
        #expect(now.answeredCount == 1 && now.expiredCount == 0)
    }

    private func answer(_ line: Int, of batch: BatchRecord) -> PromptOutcome {
        let output = OutputLine(
            id: OutputLine.id(batchID: batch.id, line: line), customID: "large-\(line)",
            response: .init(statusCode: 200, requestID: nil, body: [:]), error: nil)
        return PromptOutcome(
            key: PromptKey(batch: batch.sequence, line: line), isSuccess: true,
            outputLine: output.serialized(), timingLine: nil, answer: nil)
    }
}

/// Once begun, keeps those who read a ledger until it ends or they are cancelled.
private final class ReadersHold: Sendable {
    private let isOn = Mutex(false)
    private let ending = AsyncStream<Void>.makeStream()
    private let arrival = AsyncStream<Void>.makeStream()

    func begin() { isOn.withLock { $0 = true } }

    func end() { ending.continuation.finish() }

    /// Returns when somebody is kept.
    func untilOneWaits() async { for await _ in arrival.stream {} }

    func pass() async throws {
        guard isOn.withLock({ $0 }) else { return }
        arrival.continuation.finish()
        for await _ in ending.stream {}
        try Task.checkCancellation()
    }
}

private struct HeldLedger: LedgerConnection {
    let connection: GroupCommit
    let hold: ReadersHold

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result { try await connection.write(body) }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        try await hold.pass()
        return try await connection.read(body)
    }
}
