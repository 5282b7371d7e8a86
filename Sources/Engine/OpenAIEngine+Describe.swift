import FoundationEssentials

extension OpenAIEngine {
    /// Asks a llama-server for `/props` and `/slots`, and any other server for `/v1/models` and `/version`.
    public func describe() async throws(EngineError) -> EngineDescription {
        let reply = try await connection.exchange(path: "/props", timeout: Self.questionTimeout)
        if reply.statusCode == 200, let properties: LlamaServerProperties = Self.decode(reply.body) {
            return try await describe(properties)
        }
        if reply.statusCode == 503, let failure = reply.failure { throw failure }
        return try await describeByModels()
    }

    /// `/props` of some builds says `"none"` with speculation on, so `/slots` is asked as well.
    private func describe(_ properties: LlamaServerProperties) async throws(EngineError) -> EngineDescription
    {
        let reply = try await connection.exchange(path: "/slots", timeout: Self.questionTimeout)
        let states: [LlamaServerSlot]? = reply.statusCode == 200 ? Self.decode(reply.body) : nil
        return EngineDescription(
            name: "llama-server", version: properties.buildInfo, modelPath: properties.modelPath,
            modelName: properties.modelAlias ?? properties.modelPath ?? "unknown",
            quantization: properties.quantization, contextTokens: properties.contextTokens,
            slots: properties.totalSlots,
            speculating: properties.listsSpeculation || states?.contains { $0.speculative } == true)
    }

    /// Asks `/v1/models` for the models served.
    public func modelNames() async throws(EngineError) -> Set<String> {
        Set(try await models().map(\.id))
    }

    private func models() async throws(EngineError) -> [ModelList.Model] {
        let reply = try await connection.exchange(path: "/v1/models", timeout: Self.questionTimeout)
        if let failure = reply.failure { throw failure }
        guard let models: ModelList = Self.decode(reply.body) else {
            throw .malformedResponse("/v1/models is no list of models")
        }
        return models.data
    }

    private func describeByModels() async throws(EngineError) -> EngineDescription {
        let served = try await models()
        guard let model = served.first(where: { $0.id == defaultModel }) ?? served.first else {
            throw .malformedResponse("/v1/models lists no model")
        }
        let version = try await connection.exchange(path: "/version", timeout: Self.questionTimeout)
        let answer: VersionAnswer? = version.statusCode == 200 ? Self.decode(version.body) : nil
        return EngineDescription(
            name: model.owner == "vllm" ? "vllm" : "openai", version: answer?.version, modelPath: model.root,
            modelName: defaultModel ?? model.id, contextTokens: model.contextTokens, slots: slots,
            servedModels: served.map(\.id))
    }

    private static func decode<Value: Decodable>(_ body: [UInt8]) -> Value? {
        try? JSONDecoder().decode(Value.self, from: Data(body))
    }
}
