import Foundation
import JSON
import Settings
import Spool
import Testing

@testable import Web

@Suite struct WebServiceTests {
    @Test func saysWhetherItServesPrompts() async throws {
        try await ServedSite.serve { served async throws in
            #expect(try served.get("/healthz").hasPrefix("HTTP/1.1 503"))
            try SpoolStatus(state: .ready, message: "", version: "1").write(to: served.site.layout)
            let answer = try served.get("/healthz")
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(answer.hasSuffix("{\"status\":\"ready\"}\n"))
            // What an earlier process wrote says nothing of this one.
            var other = SpoolStatus(state: .ready, message: "", version: "1")
            other.processID = 1
            try other.write(to: served.site.layout)
            #expect(try served.get("/healthz").hasSuffix("{\"status\":\"starting\"}\n"))
        }
    }

    @Test func listsModels() async throws {
        try await ServedSite.serve { served async throws in
            var status = SpoolStatus(state: .ready, message: "", version: "1")
            status.lanes = [
                SpoolStatus.Lane(
                    depth: 0, pMin: 0, usesNgrams: false, slots: 1, busySlots: 0, processID: nil, engine: "e",
                    model: "/models/demo.gguf")
            ]
            try status.write(to: served.site.layout)
            let list = try served.get("/v1/models")
            #expect(
                list.contains("\"id\":\"demo.gguf\"") && list.contains("\"id\":\"gpt\"")
                    && !list.contains("/models/"))
            #expect(try served.get("/v1/models/gpt").hasPrefix("HTTP/1.1 200"))
            #expect(try served.get("/v1/models/other").contains("\"code\":\"model_not_found\""))
        }
    }

    @Test func aPortTakesTheToken() async throws {
        try await ServedSite.serve(isPort: true) { served async throws in
            #expect(try served.get("/v1/batches").hasPrefix("HTTP/1.1 401"))
            #expect(
                try served.get("/v1/batches", token: "0123456789abcdeF").contains(
                    "\"code\":\"invalid_api_key\""))
            #expect(try served.get("/v1/batches", token: ServedSite.token).hasPrefix("HTTP/1.1 200"))
            #expect(try served.get("/healthz").hasPrefix("HTTP/1.1 503"))
            #expect(try served.get("/nothing").hasPrefix("HTTP/1.1 401"))
        }
    }

    @Test func tellsPrometheus() async throws {
        try await ServedSite.serve { served async throws in
            let answer = try served.get("/metrics")
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            #expect(answer.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n" + WebSite.metrics))
            #expect(try served.get("/metrics", method: "POST").hasPrefix("HTTP/1.1 405"))
        }
        try await ServedSite.serve(isPort: true) { served async throws in
            #expect(try served.get("/metrics").hasPrefix("HTTP/1.1 401"))
            #expect(try served.get("/metrics", token: ServedSite.token).hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func uploadsAndDownloads() async throws {
        try await ServedSite.serve { served async throws in
            let form =
                "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\n\r\n{\"prompt\":\"x\"}\n\r\n--b--\r\n"
            let answer = try served.exchange(
                "POST /v1/files HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(form.utf8.count)\r\n"
                    + "Content-Type: multipart/form-data; boundary=b\r\n\r\n" + form)
            let id = try #require(answer.firstMatch(of: /file-[0-9a-f]{24}/)).output
            #expect(try served.get("/v1/files/\(id)/content").hasSuffix("\r\n\r\n{\"prompt\":\"x\"}\n"))
            let head = try served.get("/v1/files/\(id)/content", method: "HEAD")
            #expect(head.contains("Content-Length: 15\r\n") && head.hasSuffix("\r\n\r\n"))
            #expect(try served.get("/v1/files/\(id)", method: "DELETE").contains("\"deleted\":true"))
            #expect(try served.get("/v1/files/\(id)").hasPrefix("HTTP/1.1 404"))
        }
    }

    /// What is no request is answered with 400, as other errors are, and the connection closed.
    @Test(arguments: [
        "GARBAGE\r\n\r\n", "GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 20_000) + "\r\n\r\n",
        "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 200) + "\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    ])
    func refusesWhatIsNoRequest(_ text: String) async throws {
        try await ServedSite.serve { served async throws in
            let answer = try served.exchange(text)
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            let body = try #require(answer.firstRange(of: "\r\n\r\n")).upperBound
            let error = try JSON.parse(Array(answer[body...].utf8))["error"]
            #expect(error?["type"] == "invalid_request_error" && error?["message"]?.stringValue != nil)
            #expect(try served.get("/v1/batches").hasPrefix("HTTP/1.1 200"))
        }
    }

    /// The body of a refused request is not taken for the next request.
    @Test func aRefusedBodyIsPassedOver() async throws {
        try await ServedSite.serve { served async throws in
            let body = "GET /v1/batches HTTP/1.1\r\nHost: x\r\n\r\n"
            let answers = try served.exchange(
                "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    + "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answers.ranges(of: "HTTP/1.1 ").count == 2)
            #expect(answers.hasPrefix("HTTP/1.1 404"))
            #expect(answers.contains("HTTP/1.1 503"))
        }
    }

    /// Somebody without the token who sends a byte now and then does not keep a connection.
    @Test(.timeLimit(.minutes(10))) func aBodyThatNobodyWantsIsNotWaitedFor() async throws {
        let patience = Patience(unwantedBody: .milliseconds(100))
        try await ServedSite.serve(isPort: true, patience: patience) { served async throws in
            let head = "POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
            #expect(try await served.drip(after: head).hasPrefix("HTTP/1.1 401"))
        }
    }

    /// Neither is one kept by somebody who asks and asks and takes no answer.
    @Test(.timeLimit(.minutes(10))) func answersThatNobodyTakesAreNotWaitedFor() async throws {
        let patience = Patience(answer: .milliseconds(100))
        try await ServedSite.serve(patience: patience) { served async throws in
            try await served.askWithoutReading("/nothing")
        }
    }

    /// A client that asks whether to send its body is told before, or refused without it.
    @Test func saysWhetherToGoOn() async throws {
        try await ServedSite.serve { served async throws in
            let refused = try served.exchange(
                "POST /nothing HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n")
            #expect(refused.hasPrefix("HTTP/1.1 404"))
            let told = try served.exchange(
                "POST /v1/batches HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n"
                    + "Content-Length: 2\r\n\r\n{}")
            #expect(told.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400"))
        }
    }

    @Test(arguments: ["{", "[]", "", "{\"a\":1}", "{\"input_file_id\":\"file-0123456789abcdef01234567\"}"])
    func refusesWhatIsNoBatch(_ body: String) async throws {
        try await ServedSite.serve { served async throws in
            let answer = try served.exchange(
                "POST /v1/batches HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                    + body)
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(answer.contains("\"type\":\"invalid_request_error\""))
        }
    }

    /// JSON is held in memory until it has come whole.
    @Test func refusesAJSONBodyThatIsTooLarge() async throws {
        try await ServedSite.serve { served async throws in
            let body = "{\"metadata\":\"" + String(repeating: "a", count: 1 << 20) + "\"}"
            let answer = try served.exchange(
                "POST /v1/batches HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                    + body)
            #expect(answer.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func endsWhereItCannotListen() async throws {
        let site = try WebSite()
        try Data("x".utf8).write(to: URL(fileURLWithPath: site.layout.root + "/in.the.way"))
        // Nothing can listen at this path: the service goes on trying, and ends when it is told to.
        let file = site.layout.root + "/draftspool.yaml"
        try Data("web: {listen: \"unix:\(site.layout.root)/in.the.way\"}\n".utf8).write(
            to: URL(fileURLWithPath: file))
        let settings = try await SettingsLoader(file: file, flags: [:], environment: [:]).load()
        let service = WebService(
            ledger: site.ledger, layout: site.layout, settings: { settings },
            metrics: { WebSite.metrics }, passedSockets: [], executor: globalConcurrentExecutor,
            logger: site.logger)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            await service.finish()
            group.cancelAll()
        }
        #expect(FileManager.default.fileExists(atPath: site.layout.root + "/in.the.way"))
    }
}
