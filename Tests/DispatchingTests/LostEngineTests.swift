import Engine
import Foundation
import Logging
import Speculation
import Spool
import TestSupport
import Testing

@testable import Daemon
@testable import Dispatching
@testable import Intake
@testable import Publishing

/// An engine that is lost, and one that seems to be.
@Suite(.timeLimit(.minutes(10))) struct LostEngineTests {
    /// Without that the pauses between its starts would be three minutes in all.
    @Test func itIsStartedAtOnceWithANewConfiguration() async throws {
        let engine = ScriptedEngine(failingStarts: 1..<8, failingChecks: 0..<1) { number in
            number == 0 ? .failure(.unreachable("reset")) : .success(3)
        }
        try await serve(engine, flags: ["dispatch.retry-delay": "10ms"]) { site, dispatcher in
            try await site.submit("a", prompts: 1)
            try await waitUntil {
                await dispatcher.apply(site.settings, source: engine)
                return engine.starts >= 9
            }
            await completed(1, at: site)
        }
    }

    /// As a proxy before a server that is away.
    @Test func oneThatNeverAnsweredWasNeitherStartedNorLost() async throws {
        let engine = ScriptedEngine(failingGreetings: 0..<1)
        try await serve(engine) { site, _ in
            let events = site.parts.metrics.counts.engines.values.first
            #expect(events?.starts == 1 && events?.failedStarts == 1 && events?.losses == 0)
        }
        #expect(engine.starts == 2)
    }

    /// A connection broke at a moment at which it was not well; on the other prompt it works all the while.
    @Test func itIsSentPromptsAgainWhileItWorksOnAnother() async throws {
        let (released, isReleased) = AsyncStream<Void>.makeStream()
        let engine = ScriptedEngine(failingChecks: 0..<1) { number in
            if number == 0 { for await _ in released {} }
            return number == 1 ? .failure(.unreachable("reset")) : .success(3)
        }
        try await serve(engine, flags: ["dispatch.retry-delay": "10ms"]) { site, _ in
            try await site.submit("a", prompts: 4)
            try await waitUntil { engine.requests >= 5 }
            isReleased.finish()
            await completed(1, at: site)
        }
        #expect(engine.starts == 1)
    }

    /// Another engine of the pool may have it meanwhile.
    @Test func aPromptDoesNotWaitForOneThatIsAwayAndWorksOnAnother() async throws {
        let (released, isReleased) = AsyncStream<Void>.makeStream()
        let engine = ScriptedEngine(failingChecks: 0..<1000) { number in
            if number == 0 { for await _ in released {} }
            return number == 1 ? .failure(.unreachable("reset")) : .success(3)
        }
        try await serve(engine, flags: ["dispatch.retry-delay": "10ms"]) { site, _ in
            try await site.submit("a", prompts: 2)
            try await waitUntil { engine.requests >= 2 }
            var returned: QueuedPrompt?
            try await waitUntil {
                returned = try await QueueSite.takeAny(site.parts.queue)
                return returned != nil
            }
            await site.parts.queue.putBack(try #require(returned))
            isReleased.finish()
            await completed(1, at: site)
        }
    }

    /// An engine that ends at last had both of its prompts, though one came back before.
    @Test func thePromptThatComesBackLastWasNotAlone() async throws {
        let site = try await PartsSite(flags: ["dispatch.max-attempts": "1"])
        let engine = ScriptedEngine()
        let dispatcher = try site.dispatcher(engine)
        let batch = try await site.submit("a", prompts: 2, attempts: 1)
        var attempts: [Attempt] = []
        while let prompt = try await QueueSite.takeAny(site.parts.queue) {
            attempts.append(try await attempt(prompt, of: batch, at: engine))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await site.parts.recorder.run() }
            for (attempt, worksOnOthers) in zip(attempts, [true, false]) {
                await dispatcher.lose(1, under: [(attempt, 1)], worksOnOthers: worksOnOthers)
            }
            await site.parts.recorder.finish()
            try await group.waitForAll()
        }
        #expect(try await site.parts.ledger.batch(sequence: batch.sequence)?.failedCount == 0)
    }

    /// A lane finishes its last prompt beside the next one, whose engine dies.
    @Test func thePromptsOfAnotherEngineAreNotBlamed() async throws {
        let site = try await PartsSite(flags: ["dispatch.max-attempts": "1"])
        let engine = ScriptedEngine()
        let dispatcher = try site.dispatcher(engine)
        let batch = try await site.submit("a", prompts: 2, attempts: 1)
        let blamed = try #require(try await QueueSite.takeAny(site.parts.queue))
        let innocent = try #require(try await QueueSite.takeAny(site.parts.queue))
        let attempts: [(attempt: Attempt, lane: Int)] = [
            (try await attempt(innocent, of: batch, at: engine), 1),
            (try await attempt(blamed, of: batch, at: engine), 2),
        ]
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await site.parts.recorder.run() }
            await dispatcher.lose(2, under: attempts)
            await site.parts.recorder.finish()
            try await group.waitForAll()
        }
        let waiting = try await site.parts.ledger.waitingPrompts(of: batch.sequence, limit: 10)
        #expect(waiting.map(\.key) == [innocent.key] && waiting.map(\.attempts) == [0])
        #expect(try await site.parts.ledger.batch(sequence: batch.sequence)?.failedCount == 1)
    }

    /// Nobody listened at the endpoint.
    @Test func aPromptThatNeverReachedTheEngineIsNotBlamed() async throws {
        let site = try await PartsSite(flags: ["dispatch.max-attempts": "1"])
        let engine = ScriptedEngine()
        let dispatcher = try site.dispatcher(engine)
        let batch = try await site.submit("a", prompts: 1, attempts: 1)
        let prompt = try #require(try await QueueSite.takeAny(site.parts.queue))
        let attempt = try await attempt(prompt, of: batch, at: engine)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await site.parts.recorder.run() }
            await dispatcher.lose(1, under: [(attempt, 1)], by: .unreachable("refused", isSent: false))
            await site.parts.recorder.finish()
            try await group.waitForAll()
        }
        let waiting = try await site.parts.ledger.waitingPrompts(of: batch.sequence, limit: 10)
        #expect(waiting.map(\.attempts) == [0])
    }

    private func attempt(
        _ prompt: QueuedPrompt, of batch: BatchRecord, at engine: ScriptedEngine
    ) async throws -> Attempt {
        let judgement = PromptJudge.decode(prompt.traits)
        let decision = DepthPolicy(candidates: [.off]).decision(
            judgement.traits, at: .off, model: LearnedModel(fingerprint: engine.fingerprint), busySlots: 1)
        let assignment = Assignment(
            prompt: prompt, judgement: judgement, decision: decision, busySlots: 1, expectedTokens: 10)
        let place = LanePlace(device: nil, socketName: "lane")
        let lane = try await engine.withEngine(.off, at: place, logger: Logger(label: "test")) { $0 }
        return Attempt(
            queued: prompt, batch: batch, assignment: assignment, lane: lane, engineName: "",
            choosesDrafts: false, startedAt: Date(), knowsBaseline: true)
    }
}

extension Dispatcher {
    /// An engine of its device ends with prompts under way, in these lanes.
    fileprivate func lose(
        _ engine: Int, under attempts: [(attempt: Attempt, lane: Int)],
        by error: EngineError = .died(lastWords: [], status: "killed"), worksOnOthers: Bool = false
    ) async {
        for (attempt, lane) in attempts {
            devices[0].noteInterrupted(InterruptedPrompt(attempt.queued, attempt, in: lane, after: error))
        }
        devices[0].noteFailure(of: engine, worksOnOthers: worksOnOthers)
        await requeueInterrupted(on: devices[0], after: error)
    }
}
