import Foundation
import PromptBatch
import Speculation
import Workload

/// What was learned of one engine, for people.
struct LearnedText: Sendable {
    let summary: LearnedSummary
    let changedAt: Date?

    func lines(for terminal: Terminal) -> [String] {
        var lines = engineLines(terminal)
        if !summary.acceptance.isEmpty { lines += [""] + acceptance.lines(for: terminal) }
        if !summary.lengths.isEmpty { lines += [""] + lengths.lines(for: terminal) }
        if !summary.times.isEmpty { lines += [""] + times.lines(for: terminal) }
        if !summary.costs.isEmpty { lines += [""] + costs.lines(for: terminal) }
        return lines
    }

    private func engineLines(_ terminal: Terminal) -> [String] {
        let engine = summary.fingerprint
        let slots = FigureText.count(engine.slots, "slot")
        let name = "model \(PlainText.singleLine(engine.modelIdentity)) \(engine.quantization), \(slots)"
        var counts = FigureText.count(summary.observations, "observation")
        if summary.rejected > 0 { counts += ", \(summary.rejected) rejected" }
        if summary.uncounted > 0 { counts += ", \(summary.uncounted) without draft counts" }
        if let changedAt { counts += ", last change \(changedAt.formatted(.iso8601))" }
        var lines = [
            terminal.styled(name, .bold),
            "engine    \(PlainText.singleLine(engine.engineBuild)), context \(engine.contextTokens)",
            "device    \(PlainText.singleLine(engine.device))",
        ]
        if !engine.extraFlags.isEmpty {
            lines.append("options   \(PlainText.singleLine(engine.extraFlags.joined(separator: " ")))")
        }
        return lines + ["learned   \(counts)", "key       \(engine.key)"]
    }

    private static func name(_ workload: Workload, thinking: Bool) -> String {
        workload.rawValue + (thinking ? ", thinking" : "")
    }

    private var acceptance: TextTable {
        var table = TextTable([
            .init(title: "workload"), .init(title: "requests", alignment: .right),
            .init(title: "first draft", alignment: .right), .init(title: "each further", alignment: .right),
            .init(title: "accept at 3", alignment: .right),
        ])
        for row in summary.acceptance {
            table.rows.append([
                .init(Self.name(row.workload, thinking: row.thinking)),
                .init(FigureText.rate(row.requests)), .init(FigureText.share(row.alpha)),
                .init(FigureText.times(row.gamma)), .init(FigureText.share(row.acceptanceAtDepth3)),
            ])
        }
        return table
    }

    private var lengths: TextTable {
        var table = TextTable([
            .init(title: "workload"), .init(title: "answers", alignment: .right),
            .init(title: "mean tokens", alignment: .right),
        ])
        for row in summary.lengths {
            table.rows.append([
                .init(Self.name(row.workload, thinking: row.thinking)),
                .init(FigureText.rate(row.answers)), .init(FigureText.rate(row.tokens)),
            ])
        }
        return table
    }

    private var times: TextTable {
        var table = TextTable([
            .init(title: "by the clock"), .init(title: "setting"),
            .init(title: "busy slots", alignment: .right), .init(title: "answers", alignment: .right),
            .init(title: "tok/s in all", alignment: .right), .init(title: "uncertain by", alignment: .right),
        ])
        for row in summary.times {
            let name = Self.name(row.workload, thinking: row.thinking)
            table.rows.append([
                .init(row.constrained ? name + ", constrained" : name), .init(row.setting.label),
                .init("\(row.busySlots)"), .init(FigureText.rate(row.answers)),
                .init(FigureText.rate(row.tokensPerSecond)),
                .init(Self.percent(row.relativeUncertainty)),
            ])
        }
        return table
    }

    private var costs: TextTable {
        var table = TextTable([
            .init(title: "setting"), .init(title: "busy slots", alignment: .right),
            .init(title: "ms/step", alignment: .right), .init(title: "of off", alignment: .right),
            .init(title: "drafts/step", alignment: .right), .init(title: "samples", alignment: .right),
            .init(title: "uncertain by", alignment: .right),
        ])
        let rows = summary.costs.sorted {
            ($0.busySlots, $0.setting, $0.draftsPerStep) < ($1.busySlots, $1.setting, $1.draftsPerStep)
        }
        for row in rows {
            let off = summary.costs.first { $0.setting == .off && $0.busySlots == row.busySlots }
            table.rows.append([
                .init(row.setting.label), .init("\(row.busySlots)"),
                .init(FigureText.rate(row.stepMilliseconds)),
                .init(FigureText.times(off.map { row.stepMilliseconds / $0.stepMilliseconds })),
                .init(FigureText.rate(row.draftsPerStep)), .init("\(row.samples)"),
                .init(Self.percent(row.relativeUncertainty)),
            ])
        }
        return table
    }

    private static func percent(_ share: Double) -> String { String(format: "%.0f %%", share * 100) }
}
