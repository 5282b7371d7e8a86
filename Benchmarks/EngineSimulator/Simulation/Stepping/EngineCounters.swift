/// What an engine has done since its start, as `/metrics` tells it.
public struct EngineCounters: Sendable, Hashable {
    public var steps = 0
    /// Drafts that were verified, counted by slot.
    public var draftingSteps = 0
    public var promptTokens = 0
    public var promptMilliseconds = 0.0
    public var generatedTokens = 0
    public var generationMilliseconds = 0.0
    public var draftedTokens = 0
    public var acceptedTokens = 0
    public var acceptedByPosition: [Int] = []

    public init() {}

    mutating func add(_ answer: FinishedGeneration) {
        promptTokens += answer.promptTokens
        promptMilliseconds += answer.promptMilliseconds
        generatedTokens += answer.generatedTokens
        generationMilliseconds += answer.generationMilliseconds
        draftedTokens += answer.draftedTokens
        acceptedTokens += answer.acceptedTokens
        while acceptedByPosition.count < answer.acceptedByPosition.count { acceptedByPosition.append(0) }
        for (position, count) in answer.acceptedByPosition.enumerated() {
            acceptedByPosition[position] += count
        }
    }
}
