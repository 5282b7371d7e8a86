/// HTTP exchanges with one engine, each bounded in time and in size.
struct EngineConnection: Sendable {
    let client: HTTPClient
    let endpoint: EngineEndpoint
    var bearerToken: String?
    /// Lines that are added to each request's head.
    let headers: [String]
    let maximumResponseBytes: Int

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// - Parameters:
    ///   - path: The path, from the root.
    ///   - body: A JSON body to post; without one the request is a `GET`.
    ///   - timeout: The limit for the exchange as a whole.
    /// - Throws: ``EngineError/timedOut(after:)``, ``EngineError/unreachable(_:)``,
    ///   ``EngineError/routeFailed(reason:remedy:)``, ``EngineError/responseTooLarge(limitBytes:)`` or
    ///   ``EngineError/cancelled``.
    func exchange(
        path: String, body: [UInt8]? = nil, timeout: Duration
    ) async throws(EngineError) -> EngineReply {
        // Without `Expect:` libcurl would wait for a 100 before it sends a large body.
        var lines = ["Accept: application/json, */*", "Expect:"] + headers
        if let bearerToken { lines.append("Authorization: Bearer \(bearerToken)") }
        if body != nil { lines.append("Content-Type: application/json") }
        let request = HTTPRequest(
            endpoint: endpoint, path: path, headers: lines, body: body, timeout: timeout,
            maximumResponseBytes: maximumResponseBytes)
        return try await client.exchange(request).get()
    }
}
