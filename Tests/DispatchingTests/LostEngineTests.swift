import Engine
import Testing

@testable import Dispatching

/// An engine that is lost, and one that seems to be.
@Suite(.timeLimit(.minutes(1))) struct LostEngineTests {
    /// Without that the pauses between its starts would be three minutes in all.
    @Test func itIsStartedAtOnceWithANewConfiguration() async throws {
        let engine = ScriptedEngine(isHealthy: false, failingStarts: 1..<8) { number in
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
}
