import Engine
import Testing

@testable import Dispatching

/// An engine that is lost, and one that seems to be.
@Suite(.timeLimit(.minutes(1))) struct LostEngineTests {
    /// Without that the pauses between its starts would be three minutes in all.
    @Test func itIsStartedAtOnceWithANewConfiguration() async throws {
        let engine = ScriptedEngine(failingStarts: 1..<8, failingChecks: 0..<1) { number in
            number == 0 ? .failure(.unreachable("reset")) : .success(3)
        }
        try await serve(engine, flags: ["dispatch.retry-delay": "10ms"]) { site, dispatcher in
            try await site.submit("a", prompts: 1)
            while engine.starts < 9, !Task.isCancelled {
                await dispatcher.apply(site.settings, source: engine)
                await Task.yield()
            }
            await completed(1, at: site)
        }
    }

    /// Its connection broke at a moment at which the engine was not well; on the other prompt it works all the while.
    @Test func itIsSentPromptsAgainWhileItWorksOnAnother() async throws {
        let (released, isReleased) = AsyncStream<Void>.makeStream()
        let engine = ScriptedEngine(failingChecks: 0..<1) { number in
            if number == 0 { for await _ in released {} }
            return number == 1 ? .failure(.unreachable("reset")) : .success(3)
        }
        try await serve(engine, flags: ["dispatch.retry-delay": "10ms"]) { site, _ in
            try await site.submit("a", prompts: 4)
            while engine.requests < 5, !Task.isCancelled { await Task.yield() }
            isReleased.finish()
            await completed(1, at: site)
        }
        #expect(engine.starts == 1)
    }
}
