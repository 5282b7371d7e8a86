/// Waiting prompts that are alike: one group of the backlog, as the planner sees it.
public struct BacklogEntry: Sendable, Hashable {
    /// The caller's name for the group; the plan refers to it.
    public var key: String
    public var traits: PromptTraits
    /// Prompts waiting.
    public var prompts: Int
    /// Tokens each is expected to generate.
    public var expectedTokens: Double
    /// How long the oldest has waited, in seconds.
    public var oldestWaitSeconds: Double
    /// How long it is until the first of their deadlines, in seconds; nil if they have none.
    public var secondsLeft: Double?
    /// A depth the user asked for; obeyed exactly.
    public var override: Int?
    /// Greater goes first.
    public var priority: Int

    public init(
        key: String, traits: PromptTraits, prompts: Int, expectedTokens: Double,
        oldestWaitSeconds: Double = 0, secondsLeft: Double? = nil, override: Int? = nil, priority: Int = 0
    ) {
        self.key = key
        self.traits = traits
        self.prompts = prompts
        self.expectedTokens = expectedTokens
        self.oldestWaitSeconds = oldestWaitSeconds
        self.secondsLeft = secondsLeft
        self.override = override
        self.priority = priority
    }
}
