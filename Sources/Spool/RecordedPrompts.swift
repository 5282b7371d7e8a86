/// What a transaction of attempts and outcomes came to.
public struct RecordedPrompts: Sendable {
    /// Prompts that still wait, and whose attempt is counted.
    public var sent: Set<PromptKey> = []
    /// Prompts whose outcome this transaction gave them; the others had one already.
    public var settled: Set<PromptKey> = []
    /// Batches of which every prompt now has its outcome.
    public var completed: [Int64] = []

    public init() {}
}
