import HTTPTypes

/// A path that is served, and who answers.
struct Route: Sendable {
    typealias Answer = @Sendable (WebRequest, RequestBytes) async throws -> WebResponse

    let method: HTTPRequest.Method
    /// Its parts; a star stands for any.
    let path: [String]
    let answer: Answer

    /// - Parameter path: such as `/v1/files/*/content`.
    init(_ method: HTTPRequest.Method, _ path: String, answer: @escaping Answer) {
        self.method = method
        self.path = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        self.answer = answer
    }

    /// What stands in the places of the stars; nil if another path is meant.
    fileprivate func wildcards(in given: [String]) -> [String]? {
        guard given.count == path.count else { return nil }
        var wildcards: [String] = []
        for (part, pattern) in zip(given, path) {
            if pattern == "*", !part.isEmpty {
                wildcards.append(part)
            } else if part != pattern {
                return nil
            }
        }
        return wildcards
    }
}

/// Finds the route of a request.
struct Router: Sendable {
    let routes: [Route]

    /// - Returns: The route, and the request with what stands in the places of its stars.
    /// - Throws: ``APIError`` where there is none, or it takes other methods.
    func route(_ request: WebRequest) throws(APIError) -> (Route, WebRequest) {
        var request = request
        var methods: [HTTPRequest.Method] = []
        for route in routes {
            guard let wildcards = route.wildcards(in: request.path) else { continue }
            if route.method == request.method {
                request.wildcards = wildcards
                return (route, request)
            }
            methods.append(route.method)
        }
        let place = "/" + request.path.joined(separator: "/")
        guard !methods.isEmpty else {
            throw .notFound(
                "Unknown request URL: \(request.method.rawValue) \(place). docs/api.md lists what there is.",
                code: "unknown_url")
        }
        let names = methods.map(\.rawValue).joined(separator: " and ")
        throw .methodNotAllowed(
            "\(place) takes \(names), not \(request.method.rawValue).", allowed: methods)
    }
}
