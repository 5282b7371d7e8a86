import Foundation
import HTTPTypes
import Logging
import Testing

@testable import Web

/// Who may look at the page on a port, and that it opens nothing else.
@Suite struct PageAccessTests {
    private static func basic(_ text: String) -> String { "Basic " + Data(text.utf8).base64EncodedString() }

    private func gate() throws -> Gate {
        let path = NSTemporaryDirectory() + "/draftspool-token-\(UUID().uuidString)"
        try Data(ServedSite.token.utf8).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        return Gate(
            token: try BearerToken(file: path),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func request(
        _ path: String, _ authorization: String?, method: HTTPRequest.Method = .get
    ) throws -> WebRequest {
        try WebRequest(path, method: method, headers: authorization.map { [.authorization: $0] } ?? [:])
    }

    @Test(arguments: ["/", "/?a", "/events", "/batches/a", "/batches/a?line=3"])
    func thePasswordOpensThePage(_ path: String) throws {
        let gate = try gate()
        for user in ["", "me", "ü"] {
            try gate.admit(try request(path, Self.basic("\(user):\(ServedSite.token)")))
        }
        try gate.admit(try request(path, Self.basic("me:\(ServedSite.token)"), method: .head))
        try gate.admit(try request(path, "Bearer \(ServedSite.token)"))
    }

    /// A browser sends the password along with whatever another page makes it ask for.
    @Test func thePasswordOpensNothingElse() throws {
        let gate = try gate()
        let password = Self.basic("me:\(ServedSite.token)")
        for (method, path) in [
            (HTTPRequest.Method.get, "/v1/batches"), (.post, "/v1/batches"), (.post, "/v1/files"),
            (.delete, "/v1/files/a"), (.get, "/metrics"), (.get, "/v1/models"), (.post, "/"),
            (.put, "/events"),
            (.post, "/batches/a"), (.delete, "/batches/a"), (.get, "/batches"), (.get, "/batches/a/b"),
            (.get, "//"), (.get, "/v1"),
        ] {
            let error = #expect(throws: APIError.self, "\(method) \(path)") {
                try gate.admit(try request(path, password, method: method))
            }
            #expect(error?.response.head.headerFields[.wwwAuthenticate] == "Bearer")
        }
    }

    @Test(arguments: [
        nil, "", "Basic", "Basic ", "Basic !", basic("0123456789abcdef"), basic("me:0123456789abcde"),
        basic("me:0123456789abcdef0"), basic("me: 0123456789abcdef"), basic("0123456789abcdef:"),
        "Bearer " + Data("me:0123456789abcdef".utf8).base64EncodedString(),
    ])
    func nothingElseOpensThePage(_ authorization: String?) throws {
        let error = #expect(throws: APIError.self) { try gate().admit(try request("/", authorization)) }
        #expect(error?.response.head.headerFields[.wwwAuthenticate]?.hasPrefix("Basic realm=") == true)
    }

    /// Neither what the service is called, nor style or script, which would ask for events again and again.
    @Test func strangersSeeNothingOfIt() throws {
        let templates = try PageTemplates(heading: "Draftspool observatory")
        let closed = ErrorPage(.unauthorized("It is closed.", scheme: .basic)).response(templates)
        #expect(closed.status == .unauthorized)
        #expect(closed.headers[.wwwAuthenticate]?.contains("observatory") == false)
        let policy = closed.headers[.contentSecurityPolicy]
        #expect(policy?.contains("default-src 'none'") == true && policy?.contains("script-src") == false)
        let page = try #require(Self.text(of: closed))
        #expect(page.contains("web.token-file as the password"))
        for part in ["observatory", "Draftspool", "<script", "<style", "href", "/events"] {
            #expect(!page.contains(part), "\(part)")
        }
        let missing = ErrorPage(.notFound("There is none.")).response(templates)
        #expect(try #require(Self.text(of: missing)).contains("observatory"))
    }

    private static func text(of response: WebResponse) -> String? {
        guard case .bytes(let bytes) = response.body else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func askedForItByAPage() async throws {
        try await ServedSite.serve(isPort: true) { served async throws in
            let answer = try served.get("/")
            #expect(answer.hasPrefix("HTTP/1.1 401"))
            #expect(answer.contains("WWW-Authenticate: Basic realm=\"Draftspool\""))
            #expect(
                answer.contains("Content-Security-Policy: ")
                    && answer.contains("web.token-file as the password"))
            #expect(
                try served.get("/", authorization: Self.basic("me:\(ServedSite.token)")).hasPrefix(
                    "HTTP/1.1 200"))
            #expect(try served.get("/v1/batches").contains("WWW-Authenticate: Bearer"))
        }
    }
}
