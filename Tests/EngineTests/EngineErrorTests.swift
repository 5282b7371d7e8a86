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

    @Test(
        "whose fault a status may be",
        arguments: [
            (301, EngineError.Blame.route), (400, .request), (401, .route), (402, .route), (403, .route),
            (404, .route), (405, .route), (407, .route), (408, .either), (413, .request), (421, .route),
            (422, .request), (429, .load), (500, .either), (501, .request), (502, .route), (503, .load),
            (504, .route), (522, .route), (530, .route),
        ])
    func blame(status: Int, blame: EngineError.Blame) throws {
        let reply = EngineReply(statusCode: status, body: [])
        #expect(try #require(reply.failure).blame == blame)
    }

    @Test(
        "other faults may be the engine's or the request's; a request may take too long or be too large itself"
    )
    func blameOfOthers() {
        #expect(EngineError.malformedResponse("").blame == .either)
        #expect(EngineError.unreachable("").blame == .either)
        #expect(EngineError.timedOut(after: .seconds(1)).blame == .request)
        #expect(EngineError.responseTooLarge(limitBytes: 1).blame == .request)
        #expect(EngineError.stalled(after: .seconds(1)).blame == .absence)
        #expect(EngineError.died(lastWords: [], status: "").blame == .absence)
    }

    @Test("what is logged has nothing of what the engine said of the request")
    func logDescriptions() throws {
        let body = Array(#"{"error": {"message": "cannot do: secret"}}"#.utf8)
        for status in [301, 400, 401, 404, 408, 422, 429, 500, 502, 503] {
            let failure = try #require(EngineReply(statusCode: status, body: body).failure)
            #expect("\(failure)".contains("secret"))
            #expect(failure.logDescription == "HTTP \(status) from the engine")
        }
        #expect(!EngineError.malformedResponse("it begins: secret").logDescription.contains("secret"))
    }
}
