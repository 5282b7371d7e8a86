import TestSupport
import Testing

@testable import Engine

@Suite("Reading an answer")
struct GenerationResponseTests {
    private func parse(_ body: String) throws -> GenerationResponse {
        try GenerationResponse(
            statusCode: 200, body: Array(body.utf8), headerRequestID: "from-header", totalMilliseconds: 5)
    }

    @Test("of llama-server, with drafts")
    func llamaServer() throws {
        let response = try parse(
            """
            {"choices": [{"finish_reason": "length", "message": {"role": "assistant", "content": "def"}}],
             "usage": {"completion_tokens": 60, "prompt_tokens": 18, "prompt_tokens_details": {"cached_tokens": 4}},
             "id": "chatcmpl-1",
             "timings": {"cache_n": 4, "prompt_n": 14, "prompt_ms": 96.5, "predicted_n": 60, "predicted_ms": 578.7,
                         "draft_n": 48, "draft_n_accepted": 42}}
            """)
        #expect(response.promptTokens == 18 && response.cachedTokens == 4 && response.generatedTokens == 60)
        #expect(response.draftedTokens == 48 && response.acceptedTokens == 42)
        #expect(response.promptMilliseconds == 96.5 && response.generationMilliseconds == 578.7)
        #expect(response.answerText == "def" && response.finishReason == "length")
        #expect(response.requestID == "chatcmpl-1")
    }

    @Test("of llama-server, where nothing was drafted")
    func withoutDrafts() throws {
        let response = try parse(
            #"{"choices": [{"text": null}], "timings": {"cache_n": 2, "prompt_n": 5, "predicted_n": 7, "predicted_ms": 1}}"#
        )
        #expect(response.draftedTokens == 0 && response.acceptedTokens == 0)
        #expect(response.promptTokens == 7 && response.generatedTokens == 7)
        #expect(response.answerText == nil)
        #expect(response.requestID == "from-header")
    }

    @Test("of vLLM, with its metrics")
    func vllm() throws {
        let response = try parse(
            """
            {"id": "cmpl-2", "choices": [{"text": "x"}], "usage": {"prompt_tokens": 1, "completion_tokens": 9},
             "metrics": {"time_to_first_token_ms": 30.5, "generation_time_ms": 80.25, "queue_time_ms": 9,
               "speculative_decoding": {"num_draft_tokens": 12, "num_accepted_draft_tokens": 6}}}
            """)
        #expect(response.draftedTokens == 12 && response.acceptedTokens == 6)
        #expect(response.promptMilliseconds == 30.5 && response.generationMilliseconds == 80.25)
    }

    @Test("of vLLM to a request for several answers, which has no figures")
    func vllmWithSeveralChoices() throws {
        let response = try parse(
            #"{"choices": [{"text": "x"}, {"text": "y"}], "metrics": {"generation_time_ms": null, "speculative_decoding": null}}"#
        )
        #expect(response.draftedTokens == nil && response.generationMilliseconds == nil)
    }

    @Test("whose optional parts have odd types")
    func oddTypes() throws {
        let response = try parse(
            """
            {"id": 7, "choices": [{"message": {"content": null, "tool_calls": []}, "finish_reason": 3}],
             "usage": {"prompt_tokens": "many", "completion_tokens": -4}, "timings": [], "metrics": 1}
            """)
        #expect(response.answerText == nil && response.finishReason == nil)
        #expect(response.promptTokens == 0 && response.generatedTokens == 0)
        #expect(response.draftedTokens == nil)
    }

    @Test("keeps every byte of the body but its line breaks, and any number of members of one name")
    func bodyBytes() throws {
        let body =
            #"{ "id":"a",  "x":1,"x":1e0,"choices":[{"text":"\u00e9\/\ud800","text":"later"}], "id" : "b"}"#
        let response = try parse("\n" + body.replacing(",", with: ",\r\n") + "\n")
        #expect(response.body.bytes == Array(body.utf8))
        #expect(response.requestID == "b" && response.answerText == "later")
    }

    @Test(
        "says nothing of what is in an answer that it cannot read",
        arguments: [
            "secret", "{\"secret\":1}", "{\"choices\":[],\"a\":\"secret\"}", "{\"choices\":[{\"secret\":}]}",
        ])
    func unreadable(body: String) {
        let error = #expect(throws: EngineError.self) { try parse(body) }
        #expect(error?.isRetryable == true)
        #expect(error?.description.contains("secret") == false)
    }

    @Test(
        "of an error, whatever its shape",
        arguments: [
            (#"{"error": {"code": 400, "message": "bad"}}"#, "bad"), (#"{"error": "bad"}"#, "bad"),
            (#"{"message": "bad", "object": "error"}"#, "bad"), (#"{"detail": "bad"}"#, "bad"),
            ("  bad gateway\n", "bad gateway\n"), ("", "(no message)"), ("{}", "{}"),
        ])
    func errorMessages(body: String, message: String) {
        #expect(ErrorBody.message(in: Array(body.utf8)) == message)
    }

    @Test("as JSON that may be cut off or altered anywhere")
    func mutations() {
        let original = Array(
            #"{"id":"a","choices":[{"message":{"content":"é"},"finish_reason":"stop"}],"timings":{"draft_n":4}}"#
                .utf8)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0..<8, using: &random))
            let response = try? GenerationResponse(
                statusCode: 200, body: bytes, headerRequestID: nil, totalMilliseconds: 1)
            if let response { #expect(response.body.bytes == bytes) }
        }
    }
}
