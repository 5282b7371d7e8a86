import PromptBatch

/// A draft setting as a report tells settings apart; off comes first.
struct ReportSetting: Hashable, Comparable {
    /// Nil where a server decides.
    let depth: Int?
    let pMin: Double
    let usesNgrams: Bool

    init(_ row: SummaryRow) {
        depth = row.depth
        pMin = row.pMin
        usesNgrams = row.usesNgrams == true
    }

    init(_ decision: TimingRecord.DraftDecision) {
        depth = decision.depth
        pMin = decision.pMin
        usesNgrams = decision.usesNgrams == true
    }

    var isSpeculating: Bool { (depth ?? 0) > 0 || usesNgrams }

    /// `off`, `depth 3 p0.75`, `depth 2+ngram`, `ngram`, `own`
    var name: String {
        let text = BatchReport.setting(depth: depth, pMin: pMin, usesNgrams: usesNgrams)
        return (depth ?? 0) > 0 ? "depth \(text)" : text
    }

    static func < (left: ReportSetting, right: ReportSetting) -> Bool {
        (left.depth ?? .max, left.pMin, left.usesNgrams ? 1 : 0)
            < (right.depth ?? .max, right.pMin, right.usesNgrams ? 1 : 0)
    }
}
