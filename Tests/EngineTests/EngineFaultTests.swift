import TestSupport
import Testing

@testable import Engine

@Suite("Faults on the way to an engine")
struct EngineFaultTests {
    private static let good =
        #"{"id": "c1", "choices": [{"text": "hi", "finish_reason": "stop"}], "usage": {"prompt_tokens": 3, "completion_tokens": 1}}"#

    private func outcome(
        of answer: String, ending: ScriptedServer.Ending = .close, timeout: Duration = .seconds(300),
        maximumBytes: Int = 1 << 20
    ) async throws -> Result<GenerationResponse, EngineError> {
        try await ScriptedServer.run(answer: answer, ending: ending) { server in
            let configuration = OpenAIEngineConfiguration(
                endpoint: .url(server.url), maximumResponseBytes: maximumBytes)
            return try await OpenAIEngine.run(configuration) { engine in
                do throws(EngineError) {
                    let request = GenerationRequest(
                        path: "/v1/completions", body: Array("{}".utf8), timeout: timeout)
                    return .success(try await engine.generate(request))
                } catch {
                    return .failure(error)
                }
            }
        }
    }

    private func failure(
        of answer: String, ending: ScriptedServer.Ending = .close, timeout: Duration = .seconds(300),
        maximumBytes: Int = 1 << 20
    ) async throws -> EngineError? {
        switch try await outcome(of: answer, ending: ending, timeout: timeout, maximumBytes: maximumBytes) {
        case .success: nil
        case .failure(let error): error
        }
    }

    @Test("none: an answer without timings leaves the drafts unknown")
    func noFault() async throws {
        let response = try await outcome(of: ScriptedServer.http("200 OK", body: Self.good)).get()
        #expect(response.answerText == "hi")
        #expect(response.promptTokens == 3 && response.generatedTokens == 1)
        #expect(response.draftedTokens == nil && response.acceptedTokens == nil)
        #expect(response.generationMilliseconds == nil)
        #expect(response.requestID == "c1")
        #expect(response.body.bytes == Array(Self.good.utf8))
    }

    @Test("an answer cut short is a broken connection")
    func truncatedBody() async throws {
        let error = try await failure(of: "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"choices\": [")
        guard case .unreachable? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.isRetryable == true)
    }

    @Test("a reset and a closed connection are broken connections")
    func brokenConnections() async throws {
        for (answer, ending) in [("", ScriptedServer.Ending.reset), ("", .close), ("HTTP/1.1 200", .reset)] {
            let error = try await failure(of: answer, ending: ending)
            guard case .unreachable(_, isSent: true)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test("what is no HTTP is a broken connection")
    func noHTTP() async throws {
        let error = try await failure(of: "SSH-2.0-OpenSSH_9.2\r\n")
        guard case .unreachable? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "an answer that is no completion is malformed",
        arguments: [
            "", "<html>hello</html>", "[]", "{}", "{\"choices\": 3}", "\u{0}\u{1}", "{\"choices\": [1]}",
            "{\"choices\": []}",
        ])
    func garbage(body: String) async throws {
        let error = try await failure(of: ScriptedServer.http("200 OK", body: body))
        guard case .malformedResponse? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.isRetryable == true)
    }

    @Test("deep nesting is malformed, not a crash")
    func deepNesting() async throws {
        let body = "{\"choices\": " + String(repeating: "[", count: 100_000)
        let error = try await failure(of: ScriptedServer.http("200 OK", body: body))
        guard case .malformedResponse? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("an event stream is named as such")
    func eventStream() async throws {
        let answer = ScriptedServer.http(
            "200 OK", headers: ["Content-Type: text/event-stream"], body: "data: {}\n\n")
        let error = try await failure(of: answer)
        #expect(error?.description.contains("event stream") == true)
    }

    @Test("a body over the limit is given up, whether or not its length was announced")
    func hugeBody() async throws {
        let body = String(repeating: "x", count: 10_000)
        let announced = ScriptedServer.http("200 OK", body: body)
        #expect(try await failure(of: announced, maximumBytes: 9_999) == .responseTooLarge(limitBytes: 9_999))
        let unannounced = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(body)"
        #expect(
            try await failure(of: unannounced, maximumBytes: 9_999) == .responseTooLarge(limitBytes: 9_999))
        let liar = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999\r\n\r\n"
        #expect(try await failure(of: liar) == .responseTooLarge(limitBytes: 1 << 20))
        #expect(EngineError.responseTooLarge(limitBytes: 1).isRetryable == false)
    }

    @Test("a hanging server runs into the time limit, before and within the answer")
    func hang() async throws {
        let limit = Duration.milliseconds(150)
        #expect(try await failure(of: "", ending: .hang, timeout: limit) == .timedOut(after: limit))
        let half = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"cho"
        #expect(try await failure(of: half, ending: .hang, timeout: limit) == .timedOut(after: limit))
    }

    @Test("429 and 503 say when to come back")
    func overload() async throws {
        let busy = ScriptedServer.http(
            "429 Too Many Requests", headers: ["Retry-After: 7"],
            body: #"{"error": {"message": "slow down"}}"#)
        #expect(
            try await failure(of: busy)
                == .overloaded(status: 429, message: "slow down", retryAfter: .seconds(7)))
        let loading = ScriptedServer.http("503 Service Unavailable", body: #"{"error": "Loading model"}"#)
        #expect(
            try await failure(of: loading)
                == .overloaded(status: 503, message: "Loading model", retryAfter: nil))
    }

    @Test(
        "other statuses are final or not",
        arguments: [
            ("400 Bad Request", false), ("401 Unauthorized", false), ("404 Not Found", false),
            ("408 Request Timeout", true), ("413 Content Too Large", false),
            ("422 Unprocessable Content", false),
            ("307 Temporary Redirect", false), ("500 Internal Server Error", true),
            ("501 Not Implemented", false),
            ("502 Bad Gateway", true), ("504 Gateway Timeout", true),
        ])
    func statuses(status: String, isRetryable: Bool) async throws {
        let answer = ScriptedServer.http(
            status, headers: ["Location: http://127.0.0.1:1/"], body: #"{"detail": "because"}"#)
        let error = try #require(try await failure(of: answer))
        #expect(error.isRetryable == isRetryable)
        #expect("\(error)".contains("because"))
        #expect("\(error)".contains(status.prefix(3)))
    }

    @Test("nobody listening is told at once")
    func refusedConnection() async throws {
        for endpoint in [EngineEndpoint.url("http://127.0.0.1:1"), .unixSocket("/nonexistent/engine.sock")] {
            try await OpenAIEngine.run(OpenAIEngineConfiguration(endpoint: endpoint)) { engine in
                let error = await #expect(throws: EngineError.self) {
                    try await engine.generate(GenerationRequest(path: "/v1/completions", body: []))
                }
                guard case .unreachable(let reason, isSent: false)? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(reason.hasPrefix(endpoint.description))
                #expect(await !engine.isHealthy())
            }
        }
    }

    @Test("cancelling the caller is no fault of the engine's")
    func cancellation() async throws {
        try await ScriptedServer.run(answer: "", ending: .hang) { server in
            try await OpenAIEngine.run(OpenAIEngineConfiguration(endpoint: .url(server.url))) { engine in
                let task = Task {
                    try await engine.generate(GenerationRequest(path: "/v1/completions", body: []))
                }
                try await waitUntil { !server.requests.isEmpty }
                task.cancel()
                await #expect(throws: EngineError.cancelled) { try await task.value }
            }
        }
    }

    @Test("the token is sent, and shown in no message")
    func bearerToken() async throws {
        try await ScriptedServer.run(answer: ScriptedServer.http("401 Unauthorized", body: "no")) { server in
            let configuration = OpenAIEngineConfiguration(
                endpoint: .url(server.url + "/v1"), bearerToken: "s3cret")
            try await OpenAIEngine.run(configuration) { engine in
                let error = await #expect(throws: EngineError.self) {
                    try await engine.generate(
                        GenerationRequest(path: "/v1/completions", body: Array("{}".utf8)))
                }
                #expect(error?.description.contains("bearer token") == true)
                #expect(error?.description.contains("s3cret") == false)
            }
            let request = try #require(server.requests.first)
            #expect(request.hasPrefix("POST /v1/completions HTTP/1.1"))
            #expect(request.contains("Bearer s3cret"))
            #expect(request.hasSuffix("{}"))
        }
    }

    @Test("a server that is no llama-server is described by its models")
    func modelsOnly() async throws {
        let models =
            #"{"object": "list", "data": [{"id": "m1", "root": "/models/m1", "max_model_len": 512}]}"#
        let answer = ScriptedServer.http("200 OK", body: models)
        try await ScriptedServer.run(answer: answer, path: "/v1/models") { server in
            let configuration = OpenAIEngineConfiguration(endpoint: .url(server.url), slots: 5)
            try await OpenAIEngine.run(configuration) { engine in
                let description = try await engine.describe()
                #expect(
                    description
                        == EngineDescription(
                            name: "openai", modelPath: "/models/m1", modelName: "m1", contextTokens: 512,
                            slots: 5, servedModels: ["m1"]))
                #expect(await engine.isHealthy())
            }
        }
    }

    @Test("a server that lists a kind of speculation drafts")
    func listedSpeculation() async throws {
        let properties = """
            {"total_slots": 4, "build_info": "b1", "model_path": "/m.gguf", "default_generation_settings": \
            {"n_ctx": 4096, "params": {"speculative.n_max": 3, "speculative.types": "draft-mtp"}}}
            """
        let answer = ScriptedServer.http("200 OK", body: properties)
        try await ScriptedServer.run(answer: answer, path: "/props") { server in
            try await OpenAIEngine.run(OpenAIEngineConfiguration(endpoint: .url(server.url))) { engine in
                let description = try await engine.describe()
                #expect(description.speculating)
                #expect(description.slots == 4)
            }
        }
    }
}
