import PromptBatch
import Workload

/// Where speculation slowed prompts down, in words.
struct SpeculationVerdict {
    private let measured: [SummaryRow]
    /// MTP off was not timed for such prompts.
    private let unknown: [SummaryRow]

    init(_ table: [SummaryRow]) {
        let speculating = table.filter { ReportSetting($0).isSpeculating }
        measured = speculating.filter { $0.speedup != nil }
        unknown = speculating.filter { $0.speedup == nil }
    }

    /// Bounds that reach 1 are said to leave it open, and so is what was not measured.
    var text: String {
        guard !measured.isEmpty else {
            return "Whether it gained is not known: MTP off was not timed for such prompts."
        }
        guard !unknown.isEmpty else { return losses }
        return "\(losses) Not known for \(unknownPlaces): MTP off was not timed for such prompts."
    }

    /// A workload is named once, with all its settings.
    private var unknownPlaces: String {
        let settings = Dictionary(grouping: unknown, by: \.workload).mapValues { rows -> String in
            rows.map { ReportSetting($0).name }.joined(separator: ", ")
        }
        return Workload.allCases.compactMap { workload -> String? in
            settings[workload].map { "\(workload.rawValue) at \($0)" }
        }.joined(separator: "; ")
    }

    private var losses: String {
        let losses = measured.filter { ($0.speedup?.value ?? 1) < 1 }
        guard !losses.isEmpty else {
            let place = unknown.isEmpty ? "Nowhere" : "Nowhere that it was measured"
            return "\(place) was it slower than with MTP off."
        }
        let texts = losses.map { row in
            let speedup = row.speedup ?? Estimate(value: 1, low: 1, high: 1)
            return
                "\(Self.place(row)), \(FigureText.times(speedup.value))"
                + (speedup.high >= 1 ? " (within what is uncertain)" : "")
        }
        return "It was slower than with MTP off for " + texts.joined(separator: "; ") + "."
    }

    private static func place(_ row: SummaryRow) -> String {
        "\(row.workload.rawValue) at \(ReportSetting(row).name)"
    }
}
