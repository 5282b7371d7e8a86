import Foundation
import JSON
import TestSupport
import Testing

@testable import Hooks

@Suite("A webhook that is posted a batch's end")
struct WebhookTests {
    private static let secrets = [
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + Data(count: 32).base64EncodedString(),
    ]
    private static let date = Date(timeIntervalSince1970: 1_795_546_801.9)

    private func post(
        _ server: HTTPEndpoint, _ path: String, secretFile: String = "", timeout: Duration = .seconds(60)
    ) async throws -> HookOutcome {
        try await Webhook(
            address: "http://127.0.0.1:\(server.port)\(path)", secretFile: secretFile, timeout: timeout
        ).post(SampleBatch.facts(), at: Self.date)
    }

    @Test func itIsSignedByEachSecret() async throws {
        let folder = try TestFolder()
        let file = try folder.write("secrets", Self.secrets.joined(separator: "\n"))
        try await HTTPEndpoint.run { server in
            #expect(try await post(server, "/status/204", secretFile: file) == .delivered)
            let request = try #require(server.requests.first)
            let body = SampleBatch.facts().json.text
            #expect(request.text == body)
            let headers = try #require(request.headers)
            #expect(headers["content-type"] == "application/json")
            #expect(headers["webhook-id"] == "batch_20261124-180000-00c0ffee")
            #expect(headers["webhook-timestamp"] == "1795546801")
            let expected = Self.secrets.compactMap {
                WebhookSecret($0)?.signature(
                    id: "batch_20261124-180000-00c0ffee", timestamp: 1_795_546_801, body: Array(body.utf8))
            }
            #expect(headers["webhook-signature"] == expected.joined(separator: " "))
        }
    }

    @Test func withoutASecretItIsNotSigned() async throws {
        try await HTTPEndpoint.run { server in
            let outcome = try await post(server, "/status/200")
            #expect(outcome == .delivered)
            #expect(server.requests.first?.headers?["webhook-signature"] == nil)
        }
    }

    @Test func aSecretThatCannotBeReadIsNoReasonToPostWithout() async throws {
        try await HTTPEndpoint.run { server in
            guard
                case .failed(let reason, nil) = try await post(
                    server, "/status/200", secretFile: "/nonexistent/secret")
            else {
                Issue.record("it was posted")
                return
            }
            #expect(reason.contains("'hooks.secret-file'"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test(
        arguments: [
            ("/status/299", .delivered), ("/status/302", .failed("it answered HTTP 302")),
            ("/status/404", .failed("it answered HTTP 404")),
            ("/status/429/30", .failed("it answered HTTP 429", retryAfter: .seconds(30))),
            ("/status/503/x", .failed("it answered HTTP 503")),
            ("/status/410", .unwanted("it answered HTTP 410, that it is gone for good")),
        ] as [(String, HookOutcome)])
    func whatItAnswersDecides(path: String, outcome: HookOutcome) async throws {
        try await HTTPEndpoint.run { server in
            let answered = try await post(server, path)
            #expect(answered == outcome)
            #expect(server.requests.count == 1)
        }
    }

    @Test func whatDoesNotAnswerIsNamedWithoutItsPath() async throws {
        try await HTTPEndpoint.run { server in
            let outcome = try await post(server, "/close?s3cret")
            let reason = "the connection closed before the answer was complete"
            #expect(outcome == .failed("http://127.0.0.1:\(server.port): \(reason)"))
        }
    }
}
