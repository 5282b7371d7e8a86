import Spool
import Testing

@testable import Control
@testable import Daemon
@testable import Dispatching

/// A prompt whose every attempt fails.
@Suite(.timeLimit(.minutes(10))) struct FailedPromptTests {
    /// What became of it before is not held against it when somebody has it run again.
    @Test func itHasAllItsAttemptsEachTimeItRuns() async throws {
        let engine = ScriptedEngine { number in
            number < 3 ? .failure(.timedOut(after: .seconds(1))) : .success(3)
        }
        let flags = ["dispatch.max-attempts": "2", "dispatch.retry-delay": "10ms"]
        try await serve(engine, flags: flags) { site, dispatcher in
            let batch = try await site.submit("a", prompts: 1)
            await completed(1, at: site)
            await dispatcher.waitUntilIdle()
            #expect(engine.requests == 2)
            let reply = try #require(try await site.parts.control.retry.requeue(nil, of: batch))
            #expect(reply.prompts == 1)
            await completed(1, at: site)
            let record = try #require(try await site.parts.ledger.batch(sequence: batch.sequence))
            #expect(record.answeredCount == 1 && record.failedCount == 0)
        }
        #expect(engine.requests == 4)
    }
}
