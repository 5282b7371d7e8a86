import JSON

/// Checks the known fields of a request body; unknown ones are the engine's business.
///
/// A field that is `null` counts as absent, as clients write it for "not set".
struct BodyCheck {
    let endpoint: PromptEndpoint
    /// What the body's field names are prefixed with in problems: `body.` or nothing.
    let path: String

    func check(_ body: JSONObject) throws(PromptProblem) {
        switch endpoint {
        case .chatCompletions:
            try MessagesCheck(path: path).check(body["messages"])
        case .completions:
            try checkPrompt(body["prompt"])
        }
        try checkStream(body["stream"])
        for (key, value) in body where !value.isNull {
            guard let rule = Self.rules[key], !rule.holds(value) else { continue }
            throw FieldCheck.wrongType(path + key, value, expected: rule.expected)
        }
    }

    private func checkPrompt(_ prompt: JSON?) throws(PromptProblem) {
        guard let prompt, !prompt.isNull else {
            throw PromptProblem(
                .missingPrompt, "The body has no `prompt`.",
                remedy: "Give the text to continue as `\(path)prompt`; `messages` belong to"
                    + " \(PromptEndpoint.chatCompletions.rawValue).",
                field: path + "prompt")
        }
        guard let text = prompt.stringValue else {
            throw FieldCheck.wrongType(path + "prompt", prompt, expected: "a string; one line a prompt")
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw PromptProblem(
                .missingPrompt, "The `\(path)prompt` is empty.", remedy: "Write the text to continue.",
                field: path + "prompt")
        }
    }

    private func checkStream(_ stream: JSON?) throws(PromptProblem) {
        guard let stream, !stream.isNull else { return }
        guard let isStreaming = stream.boolValue else {
            throw FieldCheck.wrongType(path + "stream", stream, expected: "false")
        }
        guard !isStreaming else {
            throw PromptProblem(
                .streamUnsupported, "`\(path)stream` is true, but a batch has nobody to stream to.",
                remedy: "Remove `stream`; the whole answer is written to output.jsonl.",
                field: path + "stream")
        }
    }

    private struct Rule: Sendable {
        let expected: String
        let holds: @Sendable (JSON) -> Bool
    }

    private static let rules: [String: Rule] = {
        let text = Rule(expected: "a string") { $0.stringValue != nil }
        let number = Rule(expected: "a number") { $0.doubleValue != nil }
        let nonNegative = Rule(expected: "a number of at least 0") {
            FieldCheck.isNumber($0, atLeast: 0, atMost: .infinity)
        }
        let share = Rule(expected: "a number from 0 to 1") { FieldCheck.isNumber($0, atLeast: 0, atMost: 1) }
        let whole = Rule(expected: "a whole number") { value in
            value.doubleValue.map { $0.rounded() == $0 } == true
        }
        let positive = Rule(expected: "a whole number of at least 1") { FieldCheck.isWhole($0, atLeast: 1) }
        let unlimited = Rule(expected: "a whole number of at least -1") {
            FieldCheck.isWhole($0, atLeast: -1)
        }
        let array = Rule(expected: "an array") { $0.arrayValue != nil }
        let object = Rule(expected: "an object") { $0.objectValue != nil }
        let stop = Rule(expected: "a string or an array of strings") { value in
            value.stringValue != nil || value.arrayValue?.allSatisfy { $0.stringValue != nil } == true
        }
        return [
            "model": text, "temperature": nonNegative, "top_p": share, "min_p": share, "top_k": whole,
            "presence_penalty": number, "frequency_penalty": number, "repeat_penalty": number,
            "seed": whole, "max_tokens": positive, "max_completion_tokens": positive,
            "n_predict": unlimited, "n": positive, "stop": stop, "tools": array,
            "response_format": object, "chat_template_kwargs": object, "logit_bias": logitBias,
            "reasoning_effort": text, "grammar": text,
        ]
    }()

    /// OpenAI's map of token to bias, or llama-server's list of pairs.
    private static let logitBias = Rule(expected: "an object or an array") {
        $0.objectValue != nil || $0.arrayValue != nil
    }
}
