import TestSupport
import Testing

@testable import Daemon
@testable import Dispatching

/// What a dispatcher foresees of what waits while its engine works.
@Suite(.timeLimit(.minutes(10))) struct DispatcherForecastTests {
    @Test func whatWaitsAndWhatIsUnderWayAreForeseen() async throws {
        let (held, release) = AsyncStream<Void>.makeStream()
        let engine = ScriptedEngine(slots: 1) { _ in
            for await _ in held {}
            return .success(3)
        }
        try await serve(engine) { site, dispatcher in
            #expect(await dispatcher.forecast()?.work.parts.isEmpty == true)
            let batch = try await site.submit("a", prompts: 5)
            try await waitUntil { engine.requests > 0 }
            let forecast = try #require(await dispatcher.forecast())
            #expect(forecast.lanes == 1 && !forecast.isMeasured && forecast.delay > 0)
            #expect(forecast.work.parts.reduce(0) { $0 + $1.prompts } == 4)
            #expect(Array(forecast.work.ends.keys) == ["a"])
            #expect(Array(forecast.inFlight.keys) == [batch.sequence])
            #expect(forecast.work.total.value < 1e9, "an engine at one setting is changed to no other")
            release.finish()
            await completed(1, at: site)
            await dispatcher.drain()
            let none = await dispatcher.forecast()
            #expect(none == nil)
        }
    }
}
