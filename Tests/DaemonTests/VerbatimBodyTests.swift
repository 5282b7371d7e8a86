import Foundation
import Testing

@Suite("Bodies of an engine's answers")
struct VerbatimBodyTests {
    /// Written as no serializer of ours would, with a member twice.
    private static let answer =
        #"{ "id":"c", "choices":[{"message":{"content":"fine \u00e9\/"},"finish_reason":"stop"}], "id" : "c","#
        + #" "usage":{"prompt_tokens":5,"completion_tokens":1.0} }"#
    private static let refusal = #"{"error" : {"code":400,"message":"the prompt is s3cret","code":400.0}}"#

    @Test("They stand in the output byte for byte, of answers and of refusals, and none is logged")
    func bytes() async throws {
        let site = try TestSite()
        try site.configure(
            engine: "  endpoint: unix:\(site.root)/e.sock\n  slots: 2\n",
            settings: "log-level: debug\ndispatch:\n  retry-delay: 50ms\n  max-attempts: 2")
        let engine = try FaultyEngine(listeningOn: site.root + "/e.sock") { request in
            if request.contains("refuse") {
                return .http("400 Bad Request", headers: [], body: Self.refusal)
            }
            if request.contains("garbage") { return .json("s3cret, and no JSON") }
            return .json("\n" + Self.answer.replacing(",", with: ",\r\n") + "\n")
        }
        defer { engine.stop() }
        try await site.start()
        try site.drop(
            "batch.jsonl",
            ["answer", "refuse", "garbage"].map { #"{"id": "\#($0)", "prompt": "\#($0) it"}"# + "\n" }
                .joined())
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ["answer"])
        #expect(output.text("answer") == "fine é/")
        #expect(output.errors.map { $0.error?.code } == ["engine_refused", "engine_malformed_answer"])
        let directory = site.layout.output + "/batch/"
        let answers = try String(contentsOfFile: directory + "output.jsonl", encoding: .utf8)
        #expect(answers.contains(#""body":\#(Self.answer)},"error":null}"#))
        let errors = try String(contentsOfFile: directory + "errors.jsonl", encoding: .utf8)
        #expect(
            errors.contains(#""body":\#(Self.refusal)},"error":null,"draftspool":{"code":"engine_refused","#))
        #expect(!site.log.contains("s3cret"))
    }
}
