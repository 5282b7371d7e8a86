/// Sums over prompts' figures and the means that follow from them.
struct FigureSums: Sendable {
    private(set) var prompts = 0
    private(set) var promptTokens = 0
    private(set) var generatedTokens = 0
    private(set) var draftedTokens = 0
    private(set) var acceptedTokens = 0
    private var timedTokens = 0
    private var generationMilliseconds = 0.0
    private var estimatedMilliseconds = 0.0
    private var baselineMilliseconds = 0.0

    mutating func add(_ figures: PromptFigures) {
        prompts += 1
        promptTokens += figures.promptTokens ?? 0
        generatedTokens += figures.generatedTokens ?? 0
        draftedTokens += figures.draftedTokens ?? 0
        acceptedTokens += figures.acceptedTokens ?? 0
        guard let milliseconds = figures.generationMilliseconds, milliseconds > 0 else { return }
        generationMilliseconds += milliseconds
        timedTokens += figures.generatedTokens ?? 0
        guard let speedup = figures.estimatedSpeedup else { return }
        estimatedMilliseconds += milliseconds
        baselineMilliseconds += milliseconds * speedup
    }

    /// Accepted / drafted tokens, nil when nothing was drafted.
    var acceptance: Double? {
        draftedTokens > 0 ? Double(acceptedTokens) / Double(draftedTokens) : nil
    }

    /// Over the prompts whose generation time is known.
    var tokensPerSecond: Double? {
        generationMilliseconds > 0 ? Double(timedTokens) / generationMilliseconds * 1000 : nil
    }

    /// Time at depth 0 by actual time, over the prompts that have an estimate.
    var estimatedSpeedup: Double? {
        estimatedMilliseconds > 0 ? baselineMilliseconds / estimatedMilliseconds : nil
    }
}
