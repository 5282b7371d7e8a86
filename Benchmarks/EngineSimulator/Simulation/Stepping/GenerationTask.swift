/// What is asked of the engine.
public struct GenerationTask: Sendable {
    public var id: Int
    public var promptTokens: Int
    public var behaviour: PromptBehaviour
    /// The most tokens of the answer; nil: as many as the context holds.
    public var maximumTokens: Int?
    /// The answer goes on to ``maximumTokens``.
    public var ignoresEnd: Bool
    /// The slot that is to serve it; nil: any.
    public var slot: Int?
    /// Drafts a step.
    public var depth: Int
    public var pMin: Double
    var random: RandomStream

    public init(
        id: Int, promptTokens: Int, behaviour: PromptBehaviour, maximumTokens: Int? = nil,
        ignoresEnd: Bool = false, slot: Int? = nil, depth: Int, pMin: Double = 0, random: RandomStream
    ) {
        self.id = id
        self.promptTokens = promptTokens
        self.behaviour = behaviour
        self.maximumTokens = maximumTokens
        self.ignoresEnd = ignoresEnd
        self.slot = slot
        self.depth = depth
        self.pMin = pMin
        self.random = random
    }

    /// The most tokens that its answer can have in a slot of `contextTokens`.
    func limit(contextTokens: Int) -> Int {
        max(1, min(maximumTokens ?? .max, contextTokens - promptTokens))
    }
}

/// An answer, with what it took.
public struct FinishedGeneration: Sendable, Hashable {
    public var id: Int
    /// When, in milliseconds of simulated time.
    public var time: Double
    public var slot: Int
    public var promptTokens: Int
    public var generatedTokens: Int
    public var draftedTokens: Int
    public var acceptedTokens: Int
    /// Accepted drafts by position.
    public var acceptedByPosition: [Int]
    public var promptMilliseconds: Double
    /// From the first token to the last.
    public var generationMilliseconds: Double
    /// It ended at its limit and not by itself.
    public var isCut: Bool
}
