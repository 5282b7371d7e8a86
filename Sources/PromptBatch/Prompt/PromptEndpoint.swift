/// Which of an engine's OpenAI-compatible endpoints a prompt is for; the raw value is the request path.
public enum PromptEndpoint: String, Codable, CaseIterable, Sendable, Hashable {
    /// A conversation: the body has `messages`.
    case chatCompletions = "/v1/chat/completions"
    /// Plain text to continue: the body has `prompt`.
    case completions = "/v1/completions"
}
