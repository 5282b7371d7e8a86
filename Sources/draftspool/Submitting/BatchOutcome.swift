import PromptBatch

/// How a dropped batch ended.
struct BatchOutcome: Sendable {
    /// The file's name in the spool.
    let name: String
    let answered: Int
    /// Prompts that failed for good and lines that could not be read.
    let failed: Int
    /// Where the answers are; nil if the file was refused as a whole.
    let directory: String?
    /// Where the reasons of a refusal are.
    let errorReport: String?
    /// Why the file was refused.
    let refusal: String?
    /// The contents of `summary.json`, if they can be read.
    let summary: BatchSummary?
    /// Of the failed, those whose deadline had passed, as far as that is known.
    var expired = 0

    /// Not one prompt could be read.
    var isRefused: Bool { directory == nil }
}
