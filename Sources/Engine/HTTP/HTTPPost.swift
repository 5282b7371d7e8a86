/// Something that is posted to an address which is no engine's.
public struct HTTPPost: Sendable {
    /// The head of the answer, whatever its status.
    public struct Reply: Sendable, Hashable {
        public let status: Int
        /// How long the server wants to be left alone.
        public let retryAfter: Duration?
    }

    /// Why there is no answer. The address is named without its path, which may be secret.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String

        init(_ error: EngineError) {
            description =
                switch error {
                case .unreachable(let reason, _), .routeFailed(let reason, _): reason
                case .timedOut(let limit): "no complete answer within \(limit.secondsText)"
                case .responseTooLarge(let bytes): "the answer is larger than \(bytes) bytes"
                default: "\(error)"
                }
        }
    }

    private static let maximumResponseBytes = 1 << 20

    private let address: String
    private let headers: [String]
    private let body: [UInt8]
    private let timeout: Duration

    /// Posts `body` to `address`, which begins with `http://` or `https://`. `headers` are lines such as
    /// `Content-Type: application/json`.
    public init(to address: String, headers: [String], body: [UInt8], timeout: Duration) {
        self.address = address
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    /// Sends it once, by a connection of its own. No redirect is followed.
    ///
    /// - Throws: ``Failure``, `CancellationError`.
    public func send() async throws -> Reply {
        let (endpoint, path) = place
        let request = HTTPRequest(
            endpoint: endpoint, path: path, headers: headers + ["Expect:"], body: body, timeout: timeout,
            maximumResponseBytes: Self.maximumResponseBytes)
        do {
            let reply = try await HTTPClient.run(tls: TLSFiles(), keptConnections: 1) { client in
                try await client.exchange(request).get()
            }
            return Reply(
                status: reply.statusCode, retryAfter: reply.retryAfter.flatMap { RetryAfter.duration($0) })
        } catch EngineError.cancelled {
            throw CancellationError()
        } catch let error as EngineError {
            throw Failure(error)
        }
    }

    /// The server, and what is asked of it.
    private var place: (endpoint: EngineEndpoint, path: String) {
        let start = address.firstRange(of: "://")?.upperBound ?? address.startIndex
        let end = address[start...].firstIndex { "/?#".contains($0) } ?? address.endIndex
        let path = address[end...].prefix { $0 != "#" }
        return (.url(String(address[..<end])), path.hasPrefix("/") ? String(path) : "/\(path)")
    }
}
