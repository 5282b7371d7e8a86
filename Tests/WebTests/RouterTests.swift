import HTTPTypes
import Testing

@testable import Web

@Suite struct RouterTests {
    private let router = Router(routes: [
        Route(.get, "/v1/files") { _, _ in .json("list") },
        Route(.post, "/v1/files") { _, _ in .json("upload") },
        Route(.get, "/v1/files/*/content") { _, _ in .json("content") },
        Route(.get, "/") { _, _ in .json("page") },
    ])

    private func request(_ method: HTTPRequest.Method, _ path: String) throws -> WebRequest {
        try WebRequest(HTTPRequest(method: method, scheme: nil, authority: nil, path: path))
    }

    @Test func findsTheRouteByMethodAndPath() throws {
        let (route, _) = try router.route(try request(.post, "/v1/files?limit=1"))
        #expect(route.method == .post)
    }

    @Test func fillsTheStars() throws {
        let (_, request) = try router.route(try request(.get, "/v1/files/file-%31/content"))
        #expect(request.wildcards == ["file-1"])
    }

    @Test func findsTheRoot() throws {
        let (route, request) = try router.route(try request(.get, "/?a=b"))
        #expect(route.path == [""] && request.wildcards.isEmpty)
    }

    @Test func takesHeadForGet() throws {
        let (route, request) = try router.route(try request(.head, "/v1/files"))
        #expect(route.method == .get)
        #expect(request.isHead)
    }

    @Test(arguments: ["//", "/v1", "/v1/files/", "/v1/files//content", "/v1/files/a/b/content", "/v2/files"])
    func knowsNoOtherPath(_ path: String) throws {
        let request = try self.request(.get, path)
        let error = #expect(throws: APIError.self) { try router.route(request) }
        #expect(error?.status == .notFound)
    }

    @Test func saysWhichMethodsAPathTakes() throws {
        let request = try self.request(.delete, "/v1/files")
        let error = #expect(throws: APIError.self) { try router.route(request) }
        #expect(error?.status == .methodNotAllowed)
        #expect(error?.message.contains("GET and POST") == true)
        #expect(error?.response.head.headerFields[.allow] == "GET, POST")
    }

    @Test(arguments: ["*", "http://host/v1/files", "/v1/%zz", "/v1/%ff"])
    func refusesWhatIsNoPath(_ target: String) {
        #expect(throws: APIError.self) { try request(.get, target) }
    }
}
