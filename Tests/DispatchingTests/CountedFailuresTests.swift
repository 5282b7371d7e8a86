import Spool
import Testing

@testable import Dispatching

@Suite struct CountedFailuresTests {
    private let key = PromptKey(batch: 1, line: 1)

    @Test func aPromptHasOneLifeUntilItsOutcome() {
        let failures = CountedFailures()
        let life = failures.life(of: key)
        #expect(failures.add(key) == 1 && failures.add(key) == 2)
        #expect(failures.life(of: key) == life)
        #expect(failures.life(of: PromptKey(batch: 1, line: 2)) != life)
        failures.forget(key)
        #expect(failures[key] == 0)
        #expect(failures.life(of: key) != life)
    }
}
