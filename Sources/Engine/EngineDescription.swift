/// What an engine says about itself.
public struct EngineDescription: Sendable, Codable, Hashable {
    /// `llama-server`, `ik_llama.cpp`, `vllm`, or `openai` for any other server with that API.
    public var name: String
    /// The engine's build or version, such as `b11669-Debian`; nil where it has no way to say.
    public var version: String?
    /// The path of the model file on the engine's machine, where it says so.
    public var modelPath: String?
    /// The name of the model, as requests and answers call it.
    public var modelName: String
    /// The model's quantization in llama.cpp's words (`Q4_K - Medium`, `BF16`), where the engine says so.
    public var quantization: String?
    /// Tokens of context that one request may use, where the engine says so.
    public var contextTokens: Int?
    /// Requests the engine works on at once. For an engine that does not say, the connections configured.
    public var slots: Int
    /// Whether the engine says that it drafts. False also where it says nothing about it.
    public var speculating: Bool
    /// The names of all models that `/v1/models` lists; empty for a llama-server, which was not asked for them.
    public var servedModels: [String]

    public init(
        name: String, version: String? = nil, modelPath: String? = nil, modelName: String,
        quantization: String? = nil, contextTokens: Int? = nil, slots: Int,
        speculating: Bool = false, servedModels: [String] = []
    ) {
        self.name = name
        self.version = version
        self.modelPath = modelPath
        self.modelName = modelName
        self.quantization = quantization
        self.contextTokens = contextTokens
        self.slots = slots
        self.speculating = speculating
        self.servedModels = servedModels
    }
}
