import FoundationEssentials
import Workload

/// Adds up the records of a batch as they come; its memory does not grow with the number of prompts.
public struct BatchSummaryBuilder: Sendable {
    private struct Setting: Hashable {
        var workload: Workload
        var depth: Int?
        var pMin: Double
        var usesNgrams: Bool

        var order: (Int, Double, Int) { (depth ?? -1, pMin, usesNgrams ? 1 : 0) }
    }

    private let batchID: String
    private let input: String
    private let inputFile: FileIdentity?
    private let format: BatchFormat
    private let startedAt: Date
    private var engine: EngineIdentity?
    private var totals = SummaryTotals()
    private var sums = FigureSums()
    private var groups: [Setting: FigureSums] = [:]

    /// - Parameters:
    ///   - input: the name of the input file.
    ///   - inputFile: what the file is, if it is one that is there.
    ///   - startedAt: when the batch was claimed.
    public init(
        batchID: String, input: String, inputFile: FileIdentity? = nil, format: BatchFormat, startedAt: Date
    ) {
        self.batchID = batchID
        self.input = input
        self.inputFile = inputFile
        self.format = format
        self.startedAt = startedAt
    }

    /// Adds a prompt that is done, well or for good.
    public mutating func add(_ record: TimingRecord, succeeded: Bool) {
        add(PromptFigures(record), succeeded: succeeded)
    }

    /// Adds a prompt that is done, well or for good.
    public mutating func add(_ figures: PromptFigures, succeeded: Bool) {
        totals.prompts += 1
        totals.succeeded += succeeded ? 1 : 0
        totals.failed += succeeded ? 0 : 1
        engine = figures.engine
        sums.add(figures)
        guard succeeded else { return }
        let setting = Setting(
            workload: figures.workload, depth: figures.depth, pMin: figures.pMin,
            usesNgrams: figures.usesNgrams)
        groups[setting, default: FigureSums()].add(figures)
    }

    /// Adds a prompt that failed before any engine saw it, so that there is no timing record.
    public mutating func addFailedPrompt() {
        totals.prompts += 1
        totals.failed += 1
    }

    /// Adds an input line that could not be read.
    public mutating func addUnreadableLine() {
        totals.unreadable += 1
    }

    /// The summary of what was added.
    public func summary(finishedAt: Date) -> BatchSummary {
        var totals = totals
        totals.promptTokens = sums.promptTokens
        totals.generatedTokens = sums.generatedTokens
        totals.draftedTokens = sums.draftedTokens
        totals.acceptedTokens = sums.acceptedTokens
        totals.acceptance = sums.acceptance
        totals.wallMilliseconds = finishedAt.timeIntervalSince(startedAt) * 1000
        if totals.wallMilliseconds > 0 {
            totals.tokensPerSecond = Double(sums.generatedTokens) / totals.wallMilliseconds * 1000
        }
        totals.savedSeconds = sums.savedSeconds
        totals.speedup = sums.speedup
        return BatchSummary(
            batchID: batchID, input: input, inputFile: inputFile, format: format, engine: engine,
            totals: totals, table: table, startedAt: startedAt, finishedAt: finishedAt)
    }

    private var table: [SummaryRow] {
        Workload.allCases.flatMap { workload in
            groups.filter { $0.key.workload == workload }
                .sorted { $0.key.order < $1.key.order }
                .map { setting, sums in
                    SummaryRow(
                        workload: workload, depth: setting.depth, pMin: setting.pMin,
                        usesNgrams: setting.usesNgrams ? true : nil, prompts: sums.prompts,
                        generatedTokens: sums.generatedTokens, draftedTokens: sums.draftedTokens,
                        acceptedTokens: sums.acceptedTokens, acceptance: sums.acceptance,
                        tokensPerSecond: sums.tokensPerSecond, speedup: sums.speedup)
                }
        }
    }
}
