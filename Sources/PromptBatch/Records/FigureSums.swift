/// Sums over timing records and the means that follow from them.
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

    mutating func add(_ record: TimingRecord) {
        prompts += 1
        promptTokens += record.tokens.prompt ?? 0
        generatedTokens += record.tokens.generated ?? 0
        draftedTokens += record.tokens.drafted ?? 0
        acceptedTokens += record.tokens.accepted ?? 0
        guard let milliseconds = record.timing.generationMilliseconds, milliseconds > 0 else { return }
        generationMilliseconds += milliseconds
        timedTokens += record.tokens.generated ?? 0
        guard let speedup = record.speculation.estimatedSpeedup else { return }
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
