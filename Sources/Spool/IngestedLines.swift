import PromptBatch

/// Lines of a batch file, ready for the ledger, and what was wrong with some of them.
struct IngestedLines: Sendable {
    var prompts: [NewPrompt] = []
    var problems: [PromptProblem] = []
}
