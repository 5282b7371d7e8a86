import Testing

@testable import Engine

@Suite("What a server says of its models")
struct ServedModelTests {
    @Test("vLLM is named where its models say so, and the model meant by default is described")
    func vllm() async throws {
        let models = #"""
            {"object": "list", "data": [
              {"id": "small", "owned_by": "vllm", "root": "/models/s", "max_model_len": 512},
              {"id": "large", "owned_by": "vllm", "root": "/models/l", "max_model_len": 4096}]}
            """#
        let answer = ScriptedServer.http("200 OK", body: models)
        try await ScriptedServer.run(answer: answer, path: "/v1/models") { server in
            let configuration = OpenAIEngineConfiguration(endpoint: .url(server.url), defaultModel: "large")
            try await OpenAIEngine.run(configuration) { engine in
                let description = try await engine.describe()
                #expect(
                    description
                        == EngineDescription(
                            name: "vllm", modelPath: "/models/l", modelName: "large", contextTokens: 4096,
                            slots: 1, servedModels: ["small", "large"]))
            }
        }
    }
}
