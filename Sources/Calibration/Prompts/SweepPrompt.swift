import Intake
import JSON
import PromptBatch
import Speculation
import Workload

/// A prompt that is measured, with the workload the daemon would name.
public struct SweepPrompt: Sendable, Hashable {
    public var prompt: Prompt
    public var workload: Workload

    public init(prompt: Prompt, workload: Workload) {
        self.prompt = prompt
        self.workload = workload
    }

    /// The prompt as it is sent: not streamed, one answer, limited, with the condition's temperature and thinking
    /// mode, and a seed unless it has one, so that every setting samples alike.
    public func asked(under condition: SweepCondition, maximumTokens: Int, seed: Int) -> Prompt {
        var asked = prompt
        asked.depthOverride = nil
        guard var body = prompt.body.objectValue else { return prompt }
        for field in ["stream", "stream_options", "n", "best_of", "max_completion_tokens", "n_predict"] {
            body.removeValue(forKey: field)
        }
        body["max_tokens"] = JSON(min(maximumTokens, prompt.maximumTokens ?? maximumTokens))
        if let temperature = condition.temperature {
            body["temperature"] = JSON(rounding: temperature, decimals: 6)
        }
        if body["seed"] == nil { body["seed"] = JSON(seed) }
        if let thinking = condition.thinking, prompt.endpoint == .chatCompletions {
            var arguments = body["chat_template_kwargs"]?.objectValue ?? JSONObject()
            arguments["enable_thinking"] = .bool(thinking)
            body["chat_template_kwargs"] = .object(arguments)
        }
        asked.body = .object(body)
        return asked
    }

    /// What the depth decision knows of the prompt as it is sent.
    func traits(
        under condition: SweepCondition, maximumTokens: Int, judge: PromptJudge
    ) -> PromptTraits {
        let asked = asked(under: condition, maximumTokens: maximumTokens, seed: 0)
        return judge.judge(asked, batch: nil).traits
    }
}
