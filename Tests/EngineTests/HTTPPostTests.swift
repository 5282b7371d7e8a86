import TestSupport
import Testing

@testable import Engine

@Suite("What is posted to others")
struct HTTPPostTests {
    private func post(_ address: String, timeout: Duration = .seconds(60)) async throws -> HTTPPost.Reply {
        try await HTTPPost(
            to: address, headers: ["Content-Type: application/json", "webhook-id: 1"],
            body: Array("{\"a\":1}".utf8), timeout: timeout
        ).send()
    }

    @Test(
        "the whole address is asked for, but its fragment",
        arguments: [
            ("/status/200", "/status/200"), ("/status/201?key=/v1", "/status/201?key=/v1"),
            ("/status/204/v1", "/status/204/v1"), ("", "/"), ("?a=b", "/?a=b"),
            ("/status/200#part", "/status/200"),
        ])
    func addresses(path: String, asked: String) async throws {
        try await HTTPEndpoint.run { server in
            _ = try await post("http://127.0.0.1:\(server.port)\(path)")
            let request = try #require(server.requests.first)
            #expect(request.line == "POST \(asked) HTTP/1.1")
            #expect(request.text == "{\"a\":1}")
            #expect(request.headers?["webhook-id"] == "1")
            #expect(request.headers?["content-type"] == "application/json")
            #expect(request.headers?["expect"] == nil)
        }
    }

    @Test(
        "any status is an answer",
        arguments: [("204", 204, nil), ("302", 302, nil), ("410", 410, nil), ("503/7", 503, .seconds(7))]
            as [(String, Int, Duration?)])
    func statuses(path: String, status: Int, retryAfter: Duration?) async throws {
        try await HTTPEndpoint.run { server in
            let reply = try await post("http://127.0.0.1:\(server.port)/status/\(path)")
            #expect(reply == HTTPPost.Reply(status: status, retryAfter: retryAfter))
            #expect(server.requests.count == 1)
        }
    }

    @Test("what fails is said without the path, which may be a secret")
    func failures() async throws {
        try await HTTPEndpoint.run { server in
            let address = "http://127.0.0.1:\(server.port)"
            let closed = await #expect(throws: HTTPPost.Failure.self) {
                try await post(address + "/close?s3cret")
            }
            #expect(closed?.description == "\(address): the connection closed before the answer was complete")
            let late = await #expect(throws: HTTPPost.Failure.self) {
                try await post(address + "/hang", timeout: .seconds(1))
            }
            #expect(late?.description.hasPrefix("no complete answer within 1") == true)
        }
        let malformed = await #expect(throws: HTTPPost.Failure.self) {
            try await post("http://[s3cret/path")
        }
        #expect(malformed?.description.contains("path") == false)
    }

    @Test("a cancelled one is no failure")
    func cancellation() async throws {
        try await HTTPEndpoint.run { server in
            let task = Task { try await post("http://127.0.0.1:\(server.port)/hang", timeout: .seconds(600)) }
            try await server.wait { !$0.isEmpty }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}
