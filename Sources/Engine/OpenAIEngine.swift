/// An engine reached over HTTP: llama-server, vLLM, or any other server with the OpenAI API.
///
/// The connections live as long as the closure given to ``run(_:body:)``:
///
/// ```swift
/// let configuration = OpenAIEngineConfiguration(endpoint: .url("http://127.0.0.1:8000"), slots: 8)
/// try await OpenAIEngine.run(configuration) { engine in
///     let response = try await engine.generate(request)
/// }
/// ```
public struct OpenAIEngine: GenerationEngine {
    let connection: EngineConnection
    let slots: Int
    let defaultModel: String?

    /// How long the small questions (health, properties, metrics) may take.
    static let questionTimeout: Duration = .seconds(10)
    /// Connections kept for those beside one a slot.
    private static let questionConnections = 4

    /// Opens an engine, hands it to `body`, and closes its connections afterwards.
    ///
    /// - Throws: What `body` throws, and ``EngineError/stalled(after:)`` where the engine shows no sign of life for
    ///   the configuration's stall timeout; `body` is then cancelled.
    public static func run<Result: Sendable>(
        _ configuration: OpenAIEngineConfiguration,
        body: @escaping @Sendable (OpenAIEngine) async throws -> Result
    ) async throws -> Result {
        try await HTTPClient.run(
            tls: configuration.tls, keptConnections: max(1, configuration.slots) + Self.questionConnections
        ) { client in
            let engine = OpenAIEngine(client: client, configuration: configuration)
            let watch = StallWatch(
                connection: engine.connection, page: configuration.progress, limit: configuration.stallLimit)
            return try await watch.run { try await body(engine) }
        }
    }

    private init(client: HTTPClient, configuration: OpenAIEngineConfiguration) {
        connection = EngineConnection(
            client: client, endpoint: configuration.endpoint, bearerToken: configuration.bearerToken,
            headers: configuration.headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" },
            maximumResponseBytes: configuration.maximumResponseBytes)
        slots = configuration.slots
        defaultModel = configuration.defaultModel
    }

    public func generate(_ request: GenerationRequest) async throws(EngineError) -> GenerationResponse {
        let start = ContinuousClock.now
        let reply = try await connection.exchange(
            path: request.path, body: request.body, timeout: request.timeout)
        if let failure = reply.failure { throw failure }
        if reply.contentType?.hasPrefix("text/event-stream") == true {
            throw .malformedResponse("it is an event stream; take \"stream\": true out of the request")
        }
        return try GenerationResponse(
            statusCode: reply.statusCode, body: reply.body, headerRequestID: reply.requestID,
            totalMilliseconds: (ContinuousClock.now - start) / .milliseconds(1))
    }

    /// True where `/health` answers 200; servers without that path are asked for their models instead.
    public func isHealthy() async -> Bool {
        guard let health = try? await connection.exchange(path: "/health", timeout: Self.questionTimeout)
        else {
            return false
        }
        guard health.statusCode == 404 || health.statusCode == 405 else { return health.statusCode == 200 }
        let models = try? await connection.exchange(path: "/v1/models", timeout: Self.questionTimeout)
        return models?.statusCode == 200
    }

    /// Reads the server's counters (`/metrics`), among them the accepted drafts by position.
    ///
    /// - Throws: ``EngineError/refused(status:message:body:)`` or
    /// ``EngineError/serverError(status:message:body:)``
    ///   where the server was started without metrics.
    public func metrics() async throws(EngineError) -> LlamaServerMetrics {
        let reply = try await connection.exchange(path: "/metrics", timeout: Self.questionTimeout)
        if let failure = reply.failure { throw failure }
        return LlamaServerMetrics(parsing: String(decoding: reply.body, as: UTF8.self))
    }
}
