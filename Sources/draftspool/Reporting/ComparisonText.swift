import Calibration
import PromptBatch

/// Which program is the fastest, for people.
struct ComparisonText: Sendable {
    let comparison: EngineComparison

    func lines(for terminal: Terminal) -> [String] {
        [terminal.styled("which engine?", .bold), ""] + programs + [""] + table.lines(for: terminal) + [""]
            + verdicts
    }

    private var programs: [String] {
        var shown: [SweptEngine] = []
        for entry in comparison.entries where !shown.contains(where: { $0.server == entry.engine.server }) {
            shown.append(entry.engine)
        }
        return shown.map {
            PlainText.singleLine("\($0.serverName): \($0.server), \($0.fingerprint.engineBuild)")
        }
    }

    /// The program's name, with the model's where there are several.
    private func name(of entry: EngineComparison.Entry) -> String {
        let models = Set(comparison.entries.map(\.engine.modelPath))
        return PlainText.singleLine(models.count > 1 ? entry.engine.pairName : entry.engine.serverName)
    }

    /// The best of each program and model is coloured.
    private var table: TextTable {
        var table = TextTable([
            .init(title: "engine", minimumWidth: 16), .init(title: "slots", alignment: .right),
            .init(title: "drafts", minimumWidth: 16), .init(title: "seconds", alignment: .right),
            .init(title: "tok/s", alignment: .right), .init(title: "rounds", alignment: .right),
        ])
        for entry in comparison.entries {
            let style: Terminal.Style? = comparison.best.contains(entry) ? .green : nil
            table.rows.append([
                .init(name(of: entry), style: style),
                .init("\(entry.engine.busySlots)"), .init(entry.contender.label),
                .init(Self.spread(entry.seconds, entry.secondsRange)),
                .init(Self.spread(entry.tokensPerSecond, entry.tokensPerSecondRange), style: style),
                .init("\(entry.rounds.count)"),
            ])
        }
        return table
    }

    private var verdicts: [String] {
        guard let fastest = comparison.best.first else { return [] }
        let winner = name(of: fastest)
        guard !comparison.verdicts.isEmpty else { return ["only \(winner) could be measured"] }
        return comparison.verdicts.map { verdict in
            let other = name(of: verdict.other)
            let figures = Self.figures(of: verdict.ratio)
            return verdict.ratio.isFaster
                ? "\(winner) is \(FigureText.times(verdict.ratio.value)) as fast as \(other) (\(figures))"
                : "\(winner) and \(other): too close to call, \(FigureText.times(verdict.ratio.value)) (\(figures))"
        }
    }

    private static func figures(of ratio: SpeedRatio) -> String {
        guard let interval = ratio.interval else { return "one round shows no spread; more: --repeats 5" }
        return "95 % interval \(FigureText.times(interval.lowerBound)) to "
            + "\(FigureText.times(interval.upperBound)), \(FigureText.count(ratio.rounds, "round"))"
    }

    private static func spread(_ median: Double, _ range: ClosedRange<Double>) -> String {
        "\(FigureText.rate(median)) (\(FigureText.rate(range.lowerBound))–\(FigureText.rate(range.upperBound)))"
    }
}
