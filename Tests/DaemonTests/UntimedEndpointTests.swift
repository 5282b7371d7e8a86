import Foundation
import Testing

@Suite("An endpoint that reports no times and serves a model of its own name")
struct UntimedEndpointTests {
    /// Takes no model but the one that `/v1/models` lists, and generates 40 tokens.
    private static func answer(_ request: String) -> FaultyEngine.Reply {
        guard request.contains(#""model":"faulty""#) else {
            return .http("404 Not Found", headers: [], body: #"{"error": {"message": "no such model"}}"#)
        }
        return .json(
            #"{"id": "c", "model": "faulty", "choices": [{"message": {"content": "fine"}, "finish_reason": "stop"}], "#
                + #""usage": {"prompt_tokens": 5, "completion_tokens": 40}}"#)
    }

    private func site(depth: Int, settings: String = "") throws -> TestSite {
        let site = try TestSite()
        try site.configure(
            engine: "  slots: 1\n  endpoint: unix:\(site.root)/e.sock\n  depth: \(depth)",
            settings: settings)
        return site
    }

    private func lines(_ ids: [String], model: String?) -> String {
        ids.map {
            let member = model.map { #", "model": "\#($0)""# } ?? ""
            return #"{"custom_id": "\#($0)", "method": "POST", "url": "/v1/chat/completions", "body": "#
                + #"{"messages": [{"role": "user", "content": "Why?"}]\#(member)}}"# + "\n"
        }.joined()
    }

    @Test("The client's clock is recorded and learned from, and no speed-up is claimed", arguments: [0, 3])
    func clientClock(depth: Int) async throws {
        let site = try site(depth: depth)
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock", answer: Self.answer)
        defer { engine.stop() }
        try await site.start()
        try site.drop("one.jsonl", lines((0..<30).map { "p-\($0)" }, model: nil))
        let first = try await site.output("one")
        #expect(first.answeredIDs.count == 30)
        for record in first.timings {
            #expect(record.timing.basis == .client)
            #expect((record.timing.generationMilliseconds ?? 0) > 0)
            #expect((record.timing.tokensPerSecond ?? 0) > 0)
            #expect(record.speculation.speedup == nil)
        }
        try site.drop("two.jsonl", lines(["q"], model: nil))
        let second = try #require(try await site.output("two").timings.first)
        #expect(
            second.decision.predicted.tokensPerSecond != first.timings[0].decision.predicted.tokensPerSecond)
        if depth > 0 { #expect(second.decision.predicted.baselineTokensPerSecond == nil) }
    }

    @Test("A prompt's model is mapped, and without a map the error says what to configure")
    func modelNames() async throws {
        let site = try site(depth: 0, settings: "\nmodel-names:\n  map: {gpt-4o: faulty, gpt-4: gone}")
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock", answer: Self.answer)
        defer { engine.stop() }
        try await site.start()
        try site.drop(
            "batch.jsonl",
            lines(["mapped"], model: "gpt-4o") + lines(["forwarded"], model: "gpt-3")
                + lines(["wrong"], model: "gpt-4") + lines(["none"], model: nil))
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ["mapped", "none"])
        let forwarded = try #require(output.error("forwarded")?.error)
        #expect(forwarded.code == "unknown_model")
        #expect(forwarded.remedy?.contains("model-names: {map: {gpt-3: faulty}}") == true)
        let wrong = try #require(output.error("wrong")?.error)
        #expect(wrong.code == "unknown_model" && wrong.remedy?.contains("model-names.map.gpt-4 ") == true)
    }
}
