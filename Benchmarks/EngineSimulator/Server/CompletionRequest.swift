import JSON
import EngineSimulation
import PromptBatch

/// What a request's body asks for.
struct CompletionRequest {
    enum API { case chat, text, native }

    let api: API
    let text: PromptText
    /// Where the prompt came as tokens.
    let promptTokens: Int?
    let maximumTokens: Int?
    let ignoresEnd: Bool
    let slot: Int?
    /// Tells requests with the same text apart.
    let seed: Int
    let depth: Int?
    let pMin: Double?
    let model: String?

    /// - Throws: ``SimulatorFailure`` with what llama-server would answer with 400.
    init(_ api: API, body: [UInt8]) throws(SimulatorFailure) {
        let json: JSON
        do { json = try JSON.parse(body) } catch { throw SimulatorFailure("the body is no JSON: \(error)") }
        self.api = api
        if json["stream"]?.boolValue == true { throw SimulatorFailure("the simulator does not stream") }
        if let answers = json["n"]?.intValue, answers > 1 {
            throw SimulatorFailure("the simulator gives one answer")
        }
        switch (api, json["prompt"]) {
        case (.chat, _):
            guard let text = json["messages"].flatMap({ PromptText(messages: $0) }) else {
                throw SimulatorFailure("'messages' must be a list of messages")
            }
            self.text = text
            promptTokens = nil
        case (_, .string(let prompt)?):
            text = PromptText(prompt)
            promptTokens = nil
        case (_, .array(let tokens)?):
            text = PromptText(tokens.map { String($0.intValue ?? 0) }.joined(separator: " "))
            promptTokens = tokens.count
        default: throw SimulatorFailure("'prompt' must be a text or a list of tokens")
        }
        let limit = json["max_tokens"] ?? json["max_completion_tokens"] ?? json["n_predict"]
        maximumTokens = limit?.intValue.flatMap { $0 < 0 ? nil : $0 }
        ignoresEnd = json["ignore_eos"]?.boolValue ?? false
        slot = json["id_slot"]?.intValue.flatMap { $0 < 0 ? nil : $0 }
        seed = json["seed"]?.intValue ?? 0
        depth = json["speculative.n_max"]?.intValue
        pMin = json["speculative.p_min"]?.doubleValue
        model = json["model"]?.stringValue
    }
}
