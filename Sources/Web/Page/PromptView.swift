import Foundation
import PromptBatch
import Spool

/// What a batch's page shows of a prompt, in the words that stand there.
struct PromptView: Sendable {
    /// A text that can be opened.
    struct Text: Sendable {
        let kind: String
        let title: String
        let text: String
        /// How much of it is left out.
        let cut: String?
    }

    let line: Int
    let label: String
    /// A word that is a class of the style sheet too.
    let outcome: String
    let promptFacts: [PageFact]
    let texts: [Text]

    /// - Parameter outputName: of the batch's directory in `output/`; nil until it has one.
    init(_ entry: BatchPrompts.Entry, outputName: String?) {
        let listed = entry.listed
        line = listed.line
        label = listed.customID ?? "line \(listed.line)"
        outcome =
            switch listed.state {
            case .waiting: listed.attempts > 0 ? "sent" : "waiting"
            case .answered: "answered"
            case .failed: "failed"
            case .unreadable: "unreadable"
            }
        promptFacts = Self.facts(of: entry)
        let whole = outputName.map { "It is whole in output/\($0)." } ?? ""
        let answer = entry.outcome.flatMap { $0.error == nil ? $0.answerText : nil }
        let texts: [Text?] = [
            Self.asked(entry.asked),
            answer.map { Self.text("answer", "Answer", $0, whole: whole) },
            entry.hiddenBytes.map { count in
                Text(
                    kind: "answer", title: "Answer", text: "",
                    cut: "It has \(FigureText.bytes(UInt64(count))) and is not shown. \(whole)")
            },
        ]
        self.texts = texts.compactMap { $0 }
    }

    private static func asked(_ asked: BatchPrompts.Asked) -> Text? {
        switch asked {
        case .text(let text): Self.text("asked", "Asked", text, whole: "")
        case .hidden(let bytes):
            Text(
                kind: "asked", title: "Asked", text: "",
                cut: "It has \(FigureText.bytes(UInt64(bytes))) and is not shown.")
        case .unknown: nil
        }
    }

    private static func text(_ kind: String, _ title: String, _ text: String, whole: String) -> Text {
        let shown = TextBeginning(of: text)
        return Text(
            kind: kind, title: title, text: shown.text,
            cut: shown.measure.map { "Cut: \($0) are shown. \(whole)" })
    }

    // MARK: Facts

    private static func facts(of entry: BatchPrompts.Entry) -> [PageFact] {
        var facts: [(String, String?)] = [("Line", "\(entry.listed.line)")]
        if let record = entry.record {
            facts += [
                ("Workload", workload(record.workload)),
                ("Decision", decision(record.decision)),
                ("Why", record.decision.reason),
                ("Predicted", predicted(record.decision)),
                ("Came", came(record)),
                ("Gain", record.speculation.speedup.map(gain)),
                ("Engine", engine(record.engine)),
                ("Finished", FigureText.moment(record.finishedAt)),
            ]
        } else if entry.listed.state == .waiting {
            facts.append(("Decision", "It is made when the prompt is sent."))
        }
        if let failure = entry.outcome?.error {
            let remedy = failure.remedy.map { " \($0)" } ?? ""
            facts.append(
                ("Failure", TextBeginning(of: "\(failure.code): \(failure.message)\(remedy)").text))
        }
        return facts.compactMap { fact, value in value.map { PageFact(fact: fact, value: $0) } }
    }

    private static func workload(_ verdict: TimingRecord.WorkloadVerdict) -> String {
        let source = verdict.rule.map { "rule \($0)" } ?? verdict.source.rawValue
        return "\(verdict.label.rawValue) (\(FigureText.share(verdict.confidence)), \(source))"
    }

    private static func decision(_ decision: TimingRecord.DraftDecision) -> String {
        let depth = decision.depth.map { $0 == 0 ? "MTP off" : "depth \($0)" } ?? "the server's own depth"
        let threshold = decision.pMin > 0 ? ", p-min \(FigureText.share(decision.pMin))" : ""
        let ngrams = decision.usesNgrams == true ? ", n-grams" : ""
        return "\(depth)\(threshold)\(ngrams) (\(decision.source.rawValue))"
    }

    private static func predicted(_ decision: TimingRecord.DraftDecision) -> String? {
        let predicted = decision.predicted
        guard let speed = predicted.tokensPerSecond else { return nil }
        let acceptance = predicted.acceptance.map { ", acceptance \(FigureText.share($0))" } ?? ""
        let baseline = predicted.baselineTokensPerSecond.map { "; \(FigureText.rate($0)) with MTP off" } ?? ""
        return "\(FigureText.rate(speed)) tok/s\(acceptance)\(baseline)"
    }

    private static func came(_ record: TimingRecord) -> String? {
        let parts = [
            record.timing.tokensPerSecond.map { "\(FigureText.rate($0)) tok/s" },
            record.speculation.acceptance.map { "acceptance \(FigureText.share($0))" },
            record.tokens.generated.map { FigureText.count($0, "token") },
            "\(FigureText.rate(record.timing.totalMilliseconds / 1000)) s from sending to answer",
            record.attempts > 1 ? FigureText.count(record.attempts, "attempt") : nil,
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    private static func gain(_ speedup: TimingRecord.Speedup) -> String {
        "\(BatchPage.text(speedup.estimate)), \(speedup.basis.rawValue)"
    }

    private static func engine(_ engine: EngineIdentity) -> String {
        let name = [engine.name, engine.version].compactMap { $0 }.joined(separator: " ")
        return [engine.id, name, engine.model.map(ModelRoutes.name), engine.quantization]
            .compactMap { $0 }.joined(separator: ", ")
    }
}
