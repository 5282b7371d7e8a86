import Engine
import PromptBatch
import Spool
import Testing

@testable import Dispatching

@Suite struct FailureLineTests {
    private func line(_ error: EngineError) async throws -> OutputLine {
        let site = try QueueSite()
        let batch = try await site.batch("b", prompts: 1)
        let queued = try #require(try await site.ledger.waitingPrompts(of: batch.sequence, limit: 1).first)
        return FailureLine(error: error, queued: queued, batchID: "b").line
    }

    private func text(_ line: OutputLine) -> String { String(decoding: line.serialized(), as: UTF8.self) }

    /// As OpenAI's Batch API has it: what came by HTTP is in `response`, and `error` is null.
    @Test(arguments: [400, 404, 422, 500, 502])
    func anHTTPErrorKeepsItsBodyAndHasNoError(status: Int) async throws {
        let body = #"{ "error":{"code":400,"message":"no","message":"no \u00e9"} }"#
        let bytes = Array((body + "\n").utf8)
        let error: EngineError =
            status < 500
            ? .refused(status: status, message: "no", body: bytes)
            : .serverError(status: status, message: "no", body: bytes)
        let line = try await line(error)
        #expect(
            text(line).contains(
                #""response":{"status_code":\#(status),"request_id":"batch_req_b-1","body":\#(body)},"error":null,"#
                    + #""draftspool":{"code":"engine_\#(status < 500 ? "refused" : "error")","#))
        #expect(line.error?.line == 1 && line.error?.remedy?.isEmpty == false)
    }

    @Test func aBodyThatIsNoJSONBecomesTheMessageOfAnError() async throws {
        for (body, expected) in [("<html>\nbad gateway", "<html>\nbad gateway"), ("", "none")] {
            let line = try await line(.serverError(status: 502, message: "none", body: Array(body.utf8)))
            let error = line.response?.body["error"]
            #expect(error?["message"]?.stringValue == expected)
            #expect(error?["type"] == "server_error")
            #expect(!line.serialized().contains(UInt8(ascii: "\n")))
        }
        let huge = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        #expect(try await line(.refused(status: 400, message: "x", body: huge)).serialized().count < 8192)
        let busy = try await line(.overloaded(status: 429, message: "later", retryAfter: nil))
        #expect(busy.response?.statusCode == 429)
        #expect(busy.response?.body["error"]?["message"] == "later")
    }

    @Test(arguments: [
        (EngineError.timedOut(after: .seconds(1)), "engine_timeout"), (.unreachable("gone"), "engine_lost"),
        (.malformedResponse("no"), "engine_malformed_answer"),
        (.responseTooLarge(limitBytes: 1), "engine_malformed_answer"),
    ])
    func whatIsNoHTTPErrorHasNoResponse(error: EngineError, code: String) async throws {
        let line = try await line(error)
        #expect(text(line).contains(#""response":null,"error":{"code":"\#(code)","#))
        #expect(!text(line).contains("draftspool"))
    }
}
