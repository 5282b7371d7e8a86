import Foundation
import PromptBatch
import Spool

/// What a batch's page shows, in the words that stand there.
struct BatchPage: Sendable {
    struct SummaryRowView: Sendable {
        let workload: String
        let depth: String
        let answers: Int
        let acceptance: String
        let speed: String
        let gain: String
    }

    let batchID: String
    let name: String
    let batchState: String
    let facts: [PageFact]
    /// Why the whole file was refused.
    let refusals: [String]
    let summaryTable: Overview.Table<SummaryRowView>?
    let complaints: [String]
    let place: String
    let prompts: [PromptView]
    let hasPages: Bool
    let earlier: Int?
    let later: Int?
    let lastLine: Int

    /// What of a batch is on its page.
    struct Matter: Sendable {
        let batch: BatchRecord
        /// What the status says of it; nil if it does not.
        let status: SpoolStatus.Batch?
        let summary: BatchSummary?
        let refusal: InputErrorReport?
        let entries: [BatchPrompts.Entry]
        let complaints: [String]
        /// Where the pages before and after begin.
        let earlier: Int?
        let later: Int?
        /// The last line of the batch.
        let lastLine: Int
    }

    init(_ matter: Matter) {
        let batch = matter.batch
        batchID = batch.id
        name = batch.name
        batchState = batch.state.rawValue
        facts = Self.facts(of: matter)
        refusals = (matter.refusal.map { [$0.problem] + $0.problems } ?? []).map { problem in
            let line = problem.line.map { "Line \($0): " } ?? ""
            return "\(line)\(problem.message) \(problem.remedy)"
        }
        summaryTable = Overview.Table((matter.summary?.table ?? []).map(Self.row))
        complaints = matter.complaints
        prompts = matter.entries.map { PromptView($0, outputName: batch.outputName) }
        earlier = matter.earlier
        later = matter.later
        hasPages = earlier != nil || later != nil
        lastLine = matter.lastLine
        if let first = matter.entries.first?.listed.line, let last = matter.entries.last?.listed.line {
            place = "Lines \(first) to \(last) of \(lastLine)."
        } else {
            place = batch.promptCount == 0 ? "None was read yet." : "There is none from this line on."
        }
    }

    private static func facts(of matter: Matter) -> [PageFact] {
        let batch = matter.batch
        let expired = batch.expiredCount > 0 ? ", \(batch.expiredCount) of them expired" : ""
        let facts: [(String, String?)] = [
            ("Done", "\(batch.answeredCount + batch.failedCount) of \(batch.promptCount)"),
            ("Answered", "\(batch.answeredCount)"), ("Failed", "\(batch.failedCount)\(expired)"),
            ("Cancelled", batch.isCancelled ? "yes" : nil),
            ("Expected end", matter.status?.expectedEnd.map(FigureText.end)),
            ("Next deadline", batch.openCount > 0 ? batch.deadline.map { FigureText.moment($0) } : nil),
            ("Claimed", FigureText.moment(batch.claimedAt)),
            ("First prompt sent", batch.startedAt.map { FigureText.moment($0) }),
            ("Ended", batch.finishedAt.map { FigureText.moment($0) }),
            ("Output", batch.state == .done ? batch.outputName.map { "output/\($0)" } : nil),
            ("Generated tokens", matter.summary.map { "\($0.totals.generatedTokens)" }),
            ("Gain by drafting", matter.summary?.totals.speedup.map(Self.text)),
        ]
        return facts.compactMap { fact, value in value.map { PageFact(fact: fact, value: $0) } }
    }

    private static func row(_ row: SummaryRow) -> SummaryRowView {
        let threshold = row.pMin > 0 ? ", p-min \(FigureText.share(row.pMin))" : ""
        return SummaryRowView(
            workload: row.workload.rawValue,
            depth: Overview.depth(row.depth) + threshold + (row.usesNgrams == true ? ", n-grams" : ""),
            answers: row.prompts, acceptance: FigureText.share(row.acceptance),
            speed: FigureText.rate(row.tokensPerSecond), gain: row.speedup.map(text) ?? "not timed")
    }

    /// `1.31× (1.20× to 1.42×)`
    static func text(_ estimate: Estimate) -> String {
        "\(FigureText.times(estimate.value)) (\(FigureText.times(estimate.low)) to \(FigureText.times(estimate.high)))"
    }
}

/// A name and what stands beside it.
struct PageFact: Sendable {
    let fact: String
    let value: String
}
