/// What the dispatcher wants to know of a waiting prompt without reading it again.
public struct PromptAnnotation: Sendable, Hashable {
    /// Prompts of a batch with the same key are planned together.
    public let group: String
    /// Opaque for the spool: the traits the decision needs.
    public let traits: [UInt8]
    /// How many tokens the answer is expected to have.
    public let expectedTokens: Int

    public init(group: String, traits: [UInt8], expectedTokens: Int) {
        self.group = group
        self.traits = traits
        self.expectedTokens = expectedTokens
    }
}
