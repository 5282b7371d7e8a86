import AsyncHTTPClient

/// HTTP exchanges with one engine, each bounded in time and in size.
struct EngineConnection: Sendable {
    let client: HTTPClient
    let endpoint: EngineEndpoint
    var bearerToken: String?
    let maximumResponseBytes: Int
    let deadlines: RequestDeadlines

    /// Sends a request and reads the whole answer, whatever its status.
    ///
    /// - Parameters:
    ///   - path: The path, from the root.
    ///   - body: A JSON body to post; without one the request is a `GET`.
    ///   - timeout: The limit for the exchange as a whole.
    /// - Throws: ``EngineError/timedOut(after:)``, ``EngineError/unreachable(_:)``,
    ///   ``EngineError/responseTooLarge(limitBytes:)`` or ``EngineError/cancelled``.
    func exchange(
        path: String, body: [UInt8]? = nil, timeout: Duration
    ) async throws(EngineError) -> EngineReply {
        do {
            let reply = try await deadlines.run(limit: timeout) { try await send(path: path, body: body) }
            guard let reply else { throw EngineError.timedOut(after: timeout) }
            return reply
        } catch let error as EngineError {
            throw error
        } catch {
            throw Task.isCancelled || error is CancellationError
                ? .cancelled : .unreachable("\(endpoint): \(Self.reason(for: error))")
        }
    }

    private func send(path: String, body: [UInt8]?) async throws -> EngineReply {
        var request = HTTPClientRequest(url: endpoint.address(of: path))
        request.headers.add(name: "accept", value: "application/json, */*")
        if let bearerToken {
            request.headers.add(name: "authorization", value: "Bearer \(bearerToken)")
        }
        if let body {
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(body)
        }
        let response = try await client.execute(request, deadline: .distantFuture)
        let headers = response.headers
        var received: [UInt8] = []
        if let length = headers.first(name: "content-length").flatMap(Int.init) {
            guard length <= maximumResponseBytes else {
                throw EngineError.responseTooLarge(limitBytes: maximumResponseBytes)
            }
            received.reserveCapacity(length)
        }
        for try await part in response.body {
            guard received.count + part.readableBytes <= maximumResponseBytes else {
                throw EngineError.responseTooLarge(limitBytes: maximumResponseBytes)
            }
            received.append(contentsOf: part.readableBytesView)
        }
        return EngineReply(
            statusCode: Int(response.status.code), requestID: headers.first(name: "x-request-id"),
            retryAfter: headers.first(name: "retry-after"), contentType: headers.first(name: "content-type"),
            body: received)
    }

    private static func reason(for error: any Error) -> String {
        switch error as? HTTPClientError {
        case .remoteConnectionClosed?: "the connection closed before the answer was complete"
        case .connectTimeout?: "no connection within the connect timeout"
        case let known?: known.description
        case nil: "\(error)"
        }
    }
}
