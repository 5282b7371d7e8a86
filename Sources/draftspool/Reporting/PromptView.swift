import Intake
import JSON
import PromptBatch
import Workload

/// A prompt and its workload as they are shown.
struct PromptView: Sendable {
    let prompt: Prompt
    let judgement: Judgement

    private var distribution: WorkloadDistribution { judgement.traits.distribution }

    /// `classifier`, `override`, `rule`
    private var sourceName: String {
        switch judgement.source {
        case .classifier: "classifier"
        case .override: "override"
        case .rule: "rule"
        }
    }

    private var rule: String? {
        guard case .rule(let name) = judgement.source else { return nil }
        return name
    }

    /// `custom_id`, `line`, `workload`, `confidence`, `source`, `rule` and `probabilities`.
    var workloadObject: JSONObject {
        var object: JSONObject = [
            "custom_id": .string(prompt.customID), "line": JSON(prompt.line),
            "workload": .string(distribution.label.rawValue),
            "confidence": JSON(rounding: distribution.confidence, decimals: 4),
            "source": .string(sourceName),
        ]
        object["rule"] = rule.map(JSON.string)
        object["probabilities"] = .object(
            JSONObject(
                Workload.allCases.map { ($0.rawValue, JSON(rounding: distribution[$0], decimals: 4)) }))
        return object
    }

    /// One row: id, workload, confidence, source, the second most probable workload, and the prompt's beginning.
    var row: [TextTable.Cell] {
        let ranked = Workload.allCases.sorted { distribution[$0] > distribution[$1] }
        let isCertain = distribution[ranked[1]] < 0.005
        return [
            .init(PlainText.singleLine(prompt.customID, limit: 200)), .init(distribution.label.rawValue),
            .init(FigureText.share(distribution.confidence)),
            .init(rule.map { "rule \($0)" } ?? sourceName),
            .init(
                isCertain
                    ? FigureText.none
                    : "\(ranked[1].rawValue) \(FigureText.share(distribution[ranked[1]]))"),
            .init(opening),
        ]
    }

    /// `code 0.97 (rule nightly)`
    var verdict: String {
        let source = judgement.source == .classifier ? "" : " (\(rule.map { "rule \($0)" } ?? sourceName))"
        return "\(distribution.label.rawValue) \(FigureText.share(distribution.confidence))\(source)"
    }

    /// The beginning of what the last user turn asks.
    var opening: String { PlainText.singleLine(prompt.question, limit: 300) }
}
