import JSON
import PromptBatch
import Speculation
import Testing

@testable import Engine

/// Engines that treat the fields of a request in one way or another, by what their counters say.
@Suite("The proof that requests choose their depth")
struct DepthProofTests {
    /// Answers as an engine started at depth 5 whose drafts are all refused.
    private struct Engine: GenerationEngine {
        /// The depth it drafts at for a request's depth and p-min; nil refuses them.
        let depth: @Sendable (Int, Double) -> Int?
        var counts = true

        func generate(_ request: GenerationRequest) async throws(EngineError) -> GenerationResponse {
            guard let body = try? JSON.parse(request.body), let wanted = body["speculative.n_max"]?.intValue,
                let pMin = body["speculative.p_min"]?.doubleValue, let tokens = body["max_tokens"]?.intValue,
                let depth = depth(wanted, pMin)
            else { throw .refused(status: 400, message: "unknown field", body: []) }
            let drafts = depth > 0 ? #", "draft_n": \#(depth * (tokens - 1)), "draft_n_accepted": 0"# : ""
            let timings =
                counts ? #", "timings": {"predicted_n": \#(tokens), "predicted_ms": 9\#(drafts)}"# : ""
            let answer =
                #"{"choices": [{"message": {"content": "x"}}], "usage": {"completion_tokens": \#(tokens)}"#
            return try GenerationResponse(
                statusCode: 200, body: Array((answer + timings + "}").utf8), headerRequestID: nil,
                totalMilliseconds: 9)
        }

        func describe() async throws(EngineError) -> EngineDescription { throw .unreachable("") }
        func modelNames() async throws(EngineError) -> Set<String> { [] }
        func isHealthy() async -> Bool { true }
    }

    private func proof(
        startedAt start: Int = 5, counts: Bool = true,
        depth: @escaping @Sendable (Int, Double) -> Int?
    ) async throws -> RequestDepth? {
        try await DepthProof(
            engine: Engine(depth: depth, counts: counts), modelName: "m", timeout: EngineUnderTest.patience
        ).run(startedAt: start)
    }

    @Test("is given by an engine whose drafts follow the request, with its p-min or without")
    func honoured() async throws {
        let both = try await proof { depth, pMin in pMin == 1 ? min(depth, 1) : depth }
        #expect(both == RequestDepth(greatest: 5, honoursPMin: true))
        let depthOnly = try await proof { depth, _ in depth }
        #expect(depthOnly == RequestDepth(greatest: 5, honoursPMin: false))
        let one = try await proof(startedAt: 1) { depth, _ in depth }
        #expect(one == RequestDepth(greatest: 1, honoursPMin: false))
    }

    @Test(
        "is not given by one that ignores the fields, has a switch only, clamps, refuses, or counts nothing")
    func notHonoured() async throws {
        #expect(try await proof { _, _ in 5 } == nil)
        #expect(try await proof { depth, _ in depth == 0 ? 0 : 5 } == nil)
        #expect(try await proof { depth, _ in min(depth, 1) } == nil)
        #expect(try await proof { _, _ in 0 } == nil)
        #expect(try await proof { _, _ in nil } == nil)
        #expect(try await proof { depth, _ in depth == 5 ? nil : depth } == nil)
        #expect(try await proof(counts: false) { depth, _ in depth } == nil)
        #expect(try await proof(startedAt: 0) { depth, _ in depth } == nil)
    }

    @Test("An engine that fails is not one that ignores its requests")
    func failure() async throws {
        try await ScriptedServer.run(answer: ScriptedServer.http("500 Internal Server Error", body: "{}")) {
            server in
            let configuration = OpenAIEngineConfiguration(endpoint: .url(server.url))
            await #expect(throws: EngineError.serverError(status: 500, message: "{}", body: Array("{}".utf8)))
            {
                try await OpenAIEngine.run(configuration) { engine in
                    _ = try await DepthProof(
                        engine: engine, modelName: "m", timeout: EngineUnderTest.patience
                    ).run(startedAt: 5)
                }
            }
        }
    }

    @Test("What is offered: depths up to the greatest, p-min where it is honoured, no lookups")
    func offers() {
        let depth = RequestDepth(greatest: 3, honoursPMin: false)
        #expect([0, 1, 3].allSatisfy { depth.offers(DraftSetting(depth: $0)) })
        #expect(!depth.offers(DraftSetting(depth: 4)))
        #expect(!depth.offers(DraftSetting(depth: 3, pMin: 0.75)))
        #expect(!depth.offers(DraftSetting(depth: 0, usesNgrams: true)))
        #expect(RequestDepth(greatest: 3, honoursPMin: true).offers(DraftSetting(depth: 3, pMin: 0.75)))
    }

    @Test("A request says how to draft for it, unless its body does")
    func fields() throws {
        func sent(_ body: JSON, _ setting: DraftSetting?) throws -> JSON {
            try JSON.parse(
                GenerationRequest(path: "/", body: body, slot: nil, setting: setting, timeout: .seconds(1))
                    .body)
        }
        let setting = DraftSetting(depth: 3, pMin: 0.75)
        #expect(try sent(["a": 1], nil) == ["a": 1])
        #expect(
            try sent(["a": 1], setting)
                == ["a": 1, "speculative.n_max": 3, "speculative.p_min": .number("0.75")])
        for own: JSON in [
            ["speculative.n_max": 9], ["speculative": ["n_max": 9]], ["speculative.stages": []],
        ] {
            #expect(GenerationRequest.choosesDrafts(own))
            #expect(try sent(own, setting) == own)
        }
        #expect(!GenerationRequest.choosesDrafts(["speculatively": 1]))
    }

    @Test("What an engine needs is added where a body says nothing of it")
    func defaults() throws {
        func sent(_ body: JSON, to dialect: EngineDialect) throws -> JSON {
            try JSON.parse(
                GenerationRequest(
                    path: "/", body: body, slot: nil, defaults: dialect.requestDefaults, timeout: .seconds(1)
                ).body)
        }
        #expect(try sent(["a": 1], to: .mainline) == ["a": 1])
        #expect(try sent(["a": 1], to: .ik) == ["a": 1, "logit_bias": []])
        #expect(try sent(["logit_bias": ["5": 1]], to: .ik) == ["logit_bias": ["5": 1]])
    }

    @Test("Accepted drafts by their position, from ik_llama.cpp's timings")
    func positions() throws {
        let body = #"""
            {"choices": [{"message": {"content": "x"}}], "timings": {"predicted_n": 16, "draft_n": 5, \#
            "draft_n_accepted": 3, "draft_by_depth": [{"depth": 1, "draft_n": 3, "draft_n_accepted": 2}, \#
            {"depth": 2, "draft_n": 2, "draft_n_accepted": 1}]}}
            """#
        let response = try GenerationResponse(
            statusCode: 200, body: Array(body.utf8), headerRequestID: nil, totalMilliseconds: 1)
        #expect(response.acceptedTokens == 3)
        #expect(response.acceptedPerPosition == [2, 1])
    }
}
