import Engine
import Speculation
import Workload

/// A short generation that shows that an engine answers, and times its steps.
struct EngineProbe: Sendable {
    /// Tokens generated to time steps; enough that the first, cold ones do not rule.
    static let timingTokens = 96
    /// Tokens generated to see that the engine answers.
    static let answerTokens = 4

    let engine: LaneEngine
    let requestTimeout: Duration

    /// Generates up to `tokens` tokens alone.
    ///
    /// - Returns: What it taught; nil if the engine reports no timings.
    /// - Throws: ``EngineError`` if the engine does not answer.
    func run(tokens: Int) async throws -> Observation? {
        let body = """
            {"messages":[{"role":"user","content":"Write a Python function that checks whether a number is \
            prime, with a docstring and three examples."}],"max_tokens":\(tokens),"temperature":0,\
            "model":"\(modelName)"}
            """
        let response = try await engine.engine.generate(
            GenerationRequest(path: "/v1/chat/completions", body: Array(body.utf8), timeout: requestTimeout))
        guard let milliseconds = response.generationMilliseconds else { return nil }
        let traits = PromptTraits(
            distribution: WorkloadDistribution(certain: .code), temperature: 0, maximumTokens: tokens,
            template: "probe")
        return try? Observation(
            traits: traits, setting: engine.setting, busySlots: 1,
            generatedTokens: response.generatedTokens, draftedTokens: response.draftedTokens,
            acceptedTokens: response.acceptedTokens, generationMilliseconds: milliseconds)
    }

    private var modelName: String {
        engine.description.modelName.filter { $0 != "\"" && $0 != "\\" }
    }
}
