import PromptBatch

/// Where the results of a batch are, and what was asked.
struct ResultSource: Sendable, Equatable {
    /// The input's name in the spool.
    let name: String
    let batchID: String
    /// The directory of `output.jsonl` and `errors.jsonl`.
    let directory: String
    /// The batch is not finished: there is a part of the results, in the order in which they came.
    let isRunning: Bool
    /// The input's path; nil if it was not found.
    let input: String?
    /// The input's format; nil while the batch runs.
    var format: BatchFormat?
    /// What the input was when the batch ended; nil while it runs.
    var inputFile: FileIdentity?
}
