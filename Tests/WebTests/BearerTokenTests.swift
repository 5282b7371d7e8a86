import Foundation
import Logging
import Testing

@testable import Web

@Suite struct BearerTokenTests {
    private let path = NSTemporaryDirectory() + "/draftspool-token-\(UUID().uuidString)"

    private func token(_ content: String) throws -> BearerToken {
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        return try BearerToken(file: path)
    }

    @Test(arguments: ["0123456789abcdef", "0123456789abcdef\n", " 0123456789abcdef \r\n"])
    func isTheFilesLine(_ content: String) throws {
        let token = try token(content)
        #expect(token.isGiven(by: "Bearer 0123456789abcdef"))
        #expect(token.isGiven(by: "bearer 0123456789abcdef"))
    }

    @Test(arguments: [
        "", "Bearer", "Bearer ", "0123456789abcdef", "Basic 0123456789abcdef", "Bearer 0123456789abcde",
        "Bearer 0123456789abcdeF", "Bearer 0123456789abcdef0", "Bearer  0123456789abcdef",
        "Bearer 0123456789abcdef ",
    ])
    func isNothingElse(_ header: String) throws {
        #expect(try !token("0123456789abcdef").isGiven(by: header))
    }

    @Test(arguments: [
        "", "\n", "0123456789abcde", "0123456789abcdef 0", "0123456789abcdef\n0", "0123456789abcdeü",
        String(repeating: "a", count: 5000),
    ])
    func refusesAFileWithoutOne(_ content: String) {
        let error = #expect(throws: WebFailure.self) { try token(content) }
        #expect(error?.description.contains("holds no token") == true)
    }

    @Test func refusesAFileThatIsNotThere() {
        let error = #expect(throws: WebFailure.self) { try BearerToken(file: path) }
        #expect(error?.description.contains("cannot be read") == true)
    }
}

@Suite struct GateTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func gate() throws -> Gate {
        let path = NSTemporaryDirectory() + "/draftspool-token-\(UUID().uuidString)"
        try Data("0123456789abcdef".utf8).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        return Gate(token: try BearerToken(file: path), logger: logger)
    }

    @Test func letsOnlyHealthInWithoutToken() throws {
        let gate = try gate()
        try gate.admit(try request("/healthz"))
        for path in ["/v1/files", "/healthz/", "/healthz/x", "/metrics", "/v1/models"] {
            let error = #expect(throws: APIError.self) { try gate.admit(try request(path)) }
            #expect(error?.status == .unauthorized, "\(path)")
            #expect(error?.message.contains("web.token-file") == true)
            #expect(error?.response.head.headerFields[.wwwAuthenticate] == "Bearer")
        }
    }

    @Test func looksAtTheToken() throws {
        let gate = try gate()
        try gate.admit(try request("/v1/files", token: "0123456789abcdef"))
        let error = #expect(throws: APIError.self) {
            try gate.admit(try request("/v1/files", token: "other"))
        }
        #expect(error?.code == "invalid_api_key")
    }

    @Test func ofASocketIsOpen() throws {
        try Gate(token: nil, logger: logger).admit(try request("/v1/files"))
    }

    private func request(_ path: String, token: String? = nil) throws -> WebRequest {
        try WebRequest(path, headers: token.map { [.authorization: "Bearer \($0)"] } ?? [:])
    }
}
