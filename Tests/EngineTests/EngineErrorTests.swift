import Testing

@testable import Engine

@Suite("Errors")
struct EngineErrorTests {
    @Test("descriptions say what to do")
    func descriptions() {
        #expect("\(EngineError.timedOut(after: .seconds(60)))".contains("raise the request timeout"))
        #expect("\(EngineError.died(lastWords: ["a", "b"], status: "exit status 1"))".hasSuffix("a\n  b"))
        #expect("\(EngineError.died(lastWords: [], status: "exit status 1"))".hasSuffix("it printed nothing"))
        #expect(!EngineError.cancelled.isRetryable)
    }
}
