/// Names one prompt in the ledger.
public struct PromptKey: Sendable, Hashable {
    /// ``BatchRecord/sequence``.
    public let batch: Int64
    /// The prompt's line in the file, from 1.
    public let line: Int

    public init(batch: Int64, line: Int) {
        self.batch = batch
        self.line = line
    }
}
