import JSON
import PromptBatch
import Speculation
import Workload

/// The decision for one prompt and what made it.
struct PromptExplanation: Sendable {
    let view: PromptView
    let decision: Decision
    /// Features that named the workload, loudest first; empty where a user or a rule did.
    let evidence: [Evidence]
    /// What the decision's figures rest on.
    let basis: String

    func lines(for terminal: Terminal) -> [String] {
        let id = PlainText.singleLine(view.prompt.customID, limit: 200)
        let setting = decision.setting.isSpeculating ? decision.setting.label : "MTP off"
        let speed =
            decision.setting.isSpeculating
            ? ", \(FigureText.times(decision.prediction.speedup)) of MTP off" : ""
        let room = terminal.width - TextWidth.columns(id) - 2
        var lines = ["", terminal.styled(id, .bold) + "  " + TextWidth.truncated(view.opening, to: room)]
        lines.append("  workload  \(view.verdict)")
        if !evidence.isEmpty {
            lines.append("  because   " + evidence.map(Self.text).joined(separator: "; "))
        }
        lines.append("  decision  \(setting)\(speed) [\(decision.source.rawValue)]")
        lines.append("  reason    \(decision.reason)")
        return lines
    }

    var json: JSON {
        var object = view.workloadObject
        object["evidence"] = .array(
            evidence.map { ["name": .string($0.name), "weight": JSON(rounding: $0.weight, decimals: 3)] })
        let prediction = decision.prediction
        object["decision"] = [
            "depth": JSON(decision.setting.depth),
            "p_min": JSON(rounding: decision.setting.pMin, decimals: 4),
            "ngram": .bool(decision.setting.usesNgrams),
            "reason": .string(decision.reason), "source": .string(decision.source.rawValue),
            "predicted": [
                "acceptance": JSON(rounding: prediction.acceptance, decimals: 4),
                "tokens_per_step": JSON(rounding: prediction.tokensPerStep, decimals: 3),
                "tokens_per_second": JSON(rounding: decision.tokensPerSecond, decimals: 2),
                "baseline_tokens_per_second": JSON(rounding: decision.baselineTokensPerSecond, decimals: 2),
                "speedup": JSON(rounding: prediction.speedup, decimals: 3),
                "speedup_uncertainty": JSON(rounding: prediction.speedupUncertainty, decimals: 3),
            ],
        ]
        object["basis"] = .string(basis)
        return .object(object)
    }

    /// `asks "write a story" +1.8`
    private static func text(_ evidence: Evidence) -> String {
        let sign = evidence.weight < 0 ? "−" : "+"
        let name = PlainText.singleLine(evidence.name, limit: 80)
        return "\(name) \(sign)\(FigureText.rate(evidence.weight.magnitude))"
    }
}
