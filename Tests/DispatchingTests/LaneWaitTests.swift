import Engine
import Foundation
import Spool
import TestSupport
import Testing

@testable import Daemon
@testable import Dispatching

/// What ends a lane's waiting. In each case nothing else happens afterwards: a signal that got lost is never made up for.
@Suite(.timeLimit(.minutes(10))) struct LaneWaitTests {
    @Test(arguments: 0..<5) func workThatComes(_: Int) async throws {
        try await serve(ScriptedEngine()) { site, _ in
            try await site.submit("a", prompts: 5)
            await completed(1, at: site)
        }
    }

    /// The plan was made of what waited before, and is followed after the news.
    @Test func workThatComesWhileALanePlans() async throws {
        let work = SharedWork()
        try await serve(ScriptedEngine(), work: work) { site, dispatcher in
            try await work.whileHeld {
                await dispatcher.forgetPlans()
                await settle()
                try await site.submit("a", prompts: 1)
                await settle()
            }
            await completed(1, at: site)
        }
    }

    /// A plan without regard to the others of the pool would have prompts of models that only another engine serves.
    @Test func aPauseThatBeginsWhileALanePlans() async throws {
        let work = SharedWork()
        await work.add(WorkSharing.Member(name: "", canRun: { _ in true }) { $0 != "elsewhere" })
        await work.add(WorkSharing.Member(name: "other", canRun: { _ in true }) { $0 == "elsewhere" })
        let (sent, isSent) = AsyncStream<Void>.makeStream()
        let (failed, hasFailed) = AsyncStream<Void>.makeStream()
        let engine = ScriptedEngine { number in
            guard number == 0 else { return .success(3) }
            isSent.finish()
            for await _ in failed {}
            return .failure(.serverError(status: 502, message: ""))
        }
        try await serve(engine, flags: ["dispatch.retry-delay": "100ms"], work: work) { site, dispatcher in
            try await site.submit("a", prompts: 1)
            for await _ in sent {}
            try await work.whileHeld {
                try await site.submit("b", prompts: 3, model: "elsewhere")
                await settle()
                hasFailed.finish()
                try await waitUntil { await dispatcher.reasonToWait != nil }
            }
            try await waitUntil { engine.requests >= 4 }
            await settle()
        }
        #expect(engine.requests == 4 && !engine.bodies.contains { $0.contains("elsewhere") })
    }

    /// One that is refused whenever it is sent holds up nobody, not even where only one is sent at a time.
    @Test func workBehindAPromptThatIsAlwaysRefused() async throws {
        let engine = ScriptedEngine(slots: 1, refusing: "REFUSED")
        try await serve(engine, flags: ["dispatch.retry-delay": "10ms"]) { site, dispatcher in
            try await site.submit("a", prompts: 4, first: "REFUSED")
            try await site.submit("b", prompts: 2)
            await completed(1, at: site)
            try await waitUntil { engine.requests >= 5 }
        }
    }

    @Test func theEndOfAPromptInALaneThatIsFull() async throws {
        let engine = ScriptedEngine(slots: 1)
        try await serve(engine) { site, _ in
            try await site.submit("a", prompts: 30)
            await completed(1, at: site)
        }
        #expect(engine.mostAtOnce == 1)
    }

    @Test func aRetryThatComesDue() async throws {
        let engine = ScriptedEngine { number in
            number == 0 ? .failure(.timedOut(after: .seconds(1))) : .success(3)
        }
        try await serve(engine, flags: ["dispatch.retry-delay": "1s"]) { site, _ in
            try await site.submit("a", prompts: 1)
            await completed(1, at: site)
        }
        #expect(engine.requests == 2)
    }

    @Test func thePauseOfAnEngineThatHadNoRoom() async throws {
        let engine = ScriptedEngine { number in
            number == 0
                ? .failure(.overloaded(status: 503, message: "", retryAfter: .seconds(1))) : .success(3)
        }
        try await serve(engine) { site, _ in
            try await site.submit("a", prompts: 1)
            await completed(1, at: site)
        }
        #expect(engine.requests == 2)
    }

    @Test func aConfigurationAfterWhichAPausedEngineIsTriedAgain() async throws {
        let (refused, isRefused) = AsyncStream<Void>.makeStream()
        let engine = ScriptedEngine { number in
            guard number == 0 else { return .success(3) }
            isRefused.finish()
            return .failure(.overloaded(status: 503, message: "", retryAfter: .seconds(3600)))
        }
        try await serve(engine) { site, dispatcher in
            try await site.submit("a", prompts: 1)
            for await _ in refused {}
            try await waitUntil {
                let (delayed, waiting) = await (site.parts.queue.delayed, site.parts.queue.waiting)
                return delayed > 0 || waiting > 0
            }
            await settle()
            await dispatcher.apply(site.settings, source: engine)
            await completed(1, at: site)
        }
    }

    @Test func aStopWhileAnEngineIsPaused() async throws {
        let (refused, isRefused) = AsyncStream<Void>.makeStream()
        let engine = ScriptedEngine { _ in
            isRefused.finish()
            return .failure(.overloaded(status: 503, message: "", retryAfter: .seconds(3600)))
        }
        try await serve(engine) { site, _ in
            try await site.submit("a", prompts: 1)
            for await _ in refused {}
            await settle()
        }
    }

    @Test func aStopWithNothingToDo() async throws {
        try await serve(ScriptedEngine(devices: 3)) { _, _ in }
    }

    @Test func whatTheServerAllowsInAMinute() async throws {
        try await serve(
            ScriptedEngine(slots: 4), flags: ["engine.endpoint-requests-per-minute": "600"]
        ) { site, _ in
            try await site.submit("a", prompts: 15)
            await completed(1, at: site)
        }
    }

    @Test func theEndOfThePromptsBeforeOneThatHasToBeAlone() async throws {
        let engine = ScriptedEngine(slots: 4) { _ in
            for _ in 0..<50 { await Task.yield() }
            return .success(3)
        }
        try await serve(engine) { site, _ in
            try await site.submit("others", prompts: 8)
            try await site.submit("suspects", prompts: 3, attempts: 2)
            await completed(2, at: site)
        }
    }

    @Test func aPromptThatAnotherEngineGivesBack() async throws {
        try await serve(
            ScriptedEngine(),
            start: { site, _ in
                try await site.submit("a", prompts: 1)
                #expect(try await QueueSite.takeAny(site.parts.queue) != nil)
            }
        ) { site, _ in
            let prompts = try await site.parts.ledger.waitingPrompts(of: 1, limit: 1)
            await site.parts.queue.putBack(try #require(prompts.first))
            await completed(1, at: site)
        }
    }

    @Test func promptsThatComeWhileOthersAreTaken() async throws {
        let engine = ScriptedEngine(slots: 3, devices: 2)
        try await serve(engine) { site, _ in
            await withThrowingTaskGroup { group in
                for number in 0..<20 {
                    group.addTask { try await site.submit("batch-\(number)", prompts: 3) }
                }
            }
            await completed(20, at: site)
        }
        #expect(engine.requests == 60)
    }

    @Test func theLastPromptOfADispatcherThatIsToBecomeIdle() async throws {
        let (sent, isSent) = AsyncStream<Void>.makeStream()
        let (answered, isAnswered) = AsyncStream<Void>.makeStream()
        let engine = ScriptedEngine { _ in
            isSent.finish()
            for await _ in answered {}
            return .success(3)
        }
        try await serve(engine) { site, dispatcher in
            try await site.submit("a", prompts: 1)
            for await _ in sent {}
            await dispatcher.drain()
            await withTaskGroup { group in
                group.addTask { await dispatcher.waitUntilIdle() }
                await settle()
                isAnswered.finish()
            }
            #expect(await dispatcher.counts.running == 0)
        }
    }
}

extension SharedWork {
    /// Lets nobody else in while `body` runs. Who holds it has a thread of its own: those of the pool are needed.
    fileprivate nonisolated func whileHeld(_ body: () async throws -> Void) async throws {
        let (begun, hasBegun) = AsyncStream<Void>.makeStream()
        let end = DispatchSemaphore(value: 0)
        async let held: Void = withTaskExecutorPreference(BlockingWork(label: "held")) {
            await hold {
                hasBegun.finish()
                end.wait()
            }
        }
        for await _ in begun {}
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        end.signal()
        await held
        try result.get()
    }

    private func hold(_ body: () -> Void) { body() }
}
