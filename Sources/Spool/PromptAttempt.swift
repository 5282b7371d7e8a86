/// A prompt that is about to be sent.
public struct PromptAttempt: Sendable {
    public let key: PromptKey
    /// How often it has been sent then.
    public let attempts: Int

    public init(key: PromptKey, attempts: Int) {
        self.key = key
        self.attempts = attempts
    }
}
