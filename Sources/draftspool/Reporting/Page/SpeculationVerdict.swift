import PromptBatch

/// Where speculation slowed prompts down, in words.
struct SpeculationVerdict {
    private let losses: [SummaryRow]
    private let isMeasured: Bool

    init(_ table: [SummaryRow]) {
        let known = table.filter { ReportSetting($0).isSpeculating && $0.speedup != nil }
        isMeasured = !known.isEmpty
        losses = known.filter { ($0.speedup?.value ?? 1) < 1 }
    }

    /// One sentence; bounds that reach 1 are said to leave it open.
    var sentence: String {
        guard isMeasured else {
            return "Whether it gained is not known: MTP off was not timed for such prompts."
        }
        guard !losses.isEmpty else { return "Nowhere was it slower than with MTP off." }
        let texts = losses.map { row in
            let speedup = row.speedup ?? Estimate(value: 1, low: 1, high: 1)
            return
                "\(row.workload.rawValue) at \(ReportSetting(row).name), \(FigureText.times(speedup.value))"
                + (speedup.high >= 1 ? " (within what is uncertain)" : "")
        }
        return "It was slower than with MTP off for " + texts.joined(separator: "; ") + "."
    }
}
