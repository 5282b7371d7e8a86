import Foundation

/// The daemon beside the ways that people have without a queue, a row each.
struct ComparisonTable {
    private static let titleWidth = 34
    private static let titles = ["prompts", "prompts/s", "processor time", "resident"]

    private var rows: [(title: String, figures: [String])] = []

    mutating func add(
        _ title: String, prompts: Int, perSecond: Double, cpuMicroseconds: Double?, residentMegabytes: Double?
    ) {
        let figures = [
            "\(prompts)", String(format: "%.0f", perSecond),
            cpuMicroseconds.map { String(format: "%.0f µs", $0) } ?? "–",
            residentMegabytes.map { String(format: "%.0f MB", $0) } ?? "–",
        ]
        rows.append((title, figures))
    }

    var text: String {
        ([("", Self.titles)] + rows).map { title, figures in
            title.padding(toLength: Self.titleWidth, withPad: " ", startingAt: 0)
                + zip(figures, Self.titles).map { figure, title in
                    String(repeating: " ", count: max(2, title.count + 3 - figure.count)) + figure
                }.joined()
        }.joined(separator: "\n")
    }
}
