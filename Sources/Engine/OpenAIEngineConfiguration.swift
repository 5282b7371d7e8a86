/// How to reach a server with the OpenAI API.
public struct OpenAIEngineConfiguration: Sendable {
    /// Where it listens.
    public var endpoint: EngineEndpoint
    /// A token sent as `Authorization: Bearer …`, where the server asks for one.
    public var bearerToken: String?
    /// Added to the head of each request; they may be secret.
    public var headers: [String: String]
    /// What a connection by TLS is made with.
    public var tls: TLSFiles
    /// The model meant where none is named; nil: the first that the server lists.
    public var defaultModel: String?
    /// Requests sent at once; also the number of slots assumed for a server that does not tell.
    public var slots: Int
    /// The largest answer read, in bytes.
    public var maximumResponseBytes: Int
    /// How long the engine may show no sign of life before it is given up.
    public var stallLimit: StallLimit
    /// Where a llama-server shows that it makes progress.
    public var progress: ProgressPage

    public init(
        endpoint: EngineEndpoint, bearerToken: String? = nil, headers: [String: String] = [:],
        tls: TLSFiles = TLSFiles(), defaultModel: String? = nil, slots: Int = 1,
        maximumResponseBytes: Int = 64 << 20, stallLimit: StallLimit = StallLimit(.zero),
        progress: ProgressPage = .slots
    ) {
        self.endpoint = endpoint
        self.bearerToken = bearerToken
        self.headers = headers
        self.tls = tls
        self.defaultModel = defaultModel
        self.slots = slots
        self.maximumResponseBytes = maximumResponseBytes
        self.stallLimit = stallLimit
        self.progress = progress
    }
}
