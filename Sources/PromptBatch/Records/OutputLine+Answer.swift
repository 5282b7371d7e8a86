extension OutputLine {
    /// Whether this is the entry of a line that could not be read as a prompt.
    package var isInputProblem: Bool {
        error.flatMap { PromptProblemCode(rawValue: $0.code) } != nil
    }

    /// The first answer's text: of a chat message (after its thinking), of a completion, or the names of the tools
    /// that it calls.
    package var answerText: String? {
        guard let choice = response?.body["choices"]?[0] else { return nil }
        if let text = choice["text"]?.stringValue { return text }
        guard let message = choice["message"] else { return nil }
        if let content = message["content"]?.stringValue, !content.isEmpty { return content }
        if let calls = message["tool_calls"]?.arrayValue, !calls.isEmpty {
            return calls.compactMap { $0["function"]?["name"]?.stringValue }
                .map { $0 + "(…)" }.joined(separator: ", ")
        }
        return message["reasoning_content"]?.stringValue ?? ""
    }
}
