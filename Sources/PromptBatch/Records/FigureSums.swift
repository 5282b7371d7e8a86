/// Sums over prompts' figures and the means that follow from them.
struct FigureSums: Sendable {
    private(set) var prompts = 0
    private(set) var promptTokens = 0
    private(set) var generatedTokens = 0
    private(set) var draftedTokens = 0
    private(set) var acceptedTokens = 0
    private var timedTokens = 0
    private var generationMilliseconds = 0.0
    /// Shares of the engine's time, and what changes of its setting took.
    private var engineMilliseconds = 0.0
    private var savedMilliseconds = Estimate.zero
    private var isSavingMeasured = true

    mutating func add(_ figures: PromptFigures) {
        prompts += 1
        promptTokens += figures.promptTokens ?? 0
        generatedTokens += figures.generatedTokens ?? 0
        draftedTokens += figures.draftedTokens ?? 0
        acceptedTokens += figures.acceptedTokens ?? 0
        addChange(figures.changeMilliseconds ?? 0)
        if figures.generatedTokens != nil { addEngineTime(figures) }
        guard let milliseconds = figures.generationMilliseconds, milliseconds > 0 else { return }
        generationMilliseconds += milliseconds
        timedTokens += figures.generatedTokens ?? 0
    }

    private mutating func addEngineTime(_ figures: PromptFigures) {
        guard let total = figures.totalMilliseconds, let slots = figures.busySlots, slots > 0,
            let speedup = figures.speedup, speedup.basis == .measured
        else {
            isSavingMeasured = false
            return
        }
        let share = total / slots
        engineMilliseconds += share
        savedMilliseconds = savedMilliseconds + speedup.estimate.map { ($0 - 1) * share }
    }

    private mutating func addChange(_ milliseconds: Double) {
        engineMilliseconds += milliseconds
        savedMilliseconds = savedMilliseconds.map { $0 - milliseconds }
    }

    /// Accepted / drafted tokens, nil when nothing was drafted.
    var acceptance: Double? {
        draftedTokens > 0 ? Double(acceptedTokens) / Double(draftedTokens) : nil
    }

    /// Over the prompts whose generation time is known.
    var tokensPerSecond: Double? {
        generationMilliseconds > 0 ? Double(timedTokens) / generationMilliseconds * 1000 : nil
    }

    /// What speculation has saved of the engine's time against depth 0, in seconds, changes of the engine's setting taken off;
    /// nil unless that was measured for each of the prompts.
    var savedSeconds: Estimate? {
        isSavingMeasured && engineMilliseconds > 0 ? savedMilliseconds.map { $0 / 1000 } : nil
    }

    /// Time at depth 0 by actual time; nil as ``savedSeconds``.
    var speedup: Estimate? {
        guard isSavingMeasured, engineMilliseconds > 0 else { return nil }
        return savedMilliseconds.map { 1 + $0 / engineMilliseconds }
    }
}
