import JSON
import Dispatching
import Foundation
import PromptBatch
import Speculation

/// What was learned of every engine, for people and as JSON.
struct LearnedView: Sendable {
    let directory: String
    let entries: [LearnedEntry]

    func lines(for terminal: Terminal) -> [String] {
        guard !entries.isEmpty else {
            return ["nothing was learned yet in \(directory); decisions rest on published figures"]
        }
        return entries.map { entry in
            switch entry.content {
            case .success(let summary):
                LearnedText(summary: summary, changedAt: entry.changedAt).lines(for: terminal)
            case .failure(let error): [terminal.styled("\(entry.path): \(error)", .red)]
            }
        }.joined(separator: [""]).map { $0 }
    }

    var json: JSON {
        ["directory": .string(directory), "engines": .array(entries.map(Self.object))]
    }

    private static func object(_ entry: LearnedEntry) -> JSON {
        var object: JSONObject = [
            "file": .string(entry.path),
            "changed_at": entry.changedAt.map { .string(RFC3339.string(from: $0)) } ?? .null,
        ]
        switch entry.content {
        case .failure(let error): object["error"] = .string("\(error)")
        case .success(let summary):
            object["error"] = .null
            object["engine"] = engine(summary.fingerprint)
            object["observations"] = JSON(summary.observations)
            object["rejected"] = JSON(summary.rejected)
            object["uncounted"] = JSON(summary.uncounted)
            object["acceptance"] = .array(summary.acceptance.map(acceptance))
            object["costs"] = .array(summary.costs.map(cost))
            object["times"] = .array(summary.times.map(time))
            object["lengths"] = .array(summary.lengths.map(length))
        }
        return .object(object)
    }

    private static func engine(_ fingerprint: EngineFingerprint) -> JSON {
        [
            "fingerprint": .string(fingerprint.key), "model": .string(fingerprint.modelIdentity),
            "quantization": .string(fingerprint.quantization), "build": .string(fingerprint.engineBuild),
            "device": .string(fingerprint.device), "context": JSON(fingerprint.contextTokens),
            "slots": JSON(fingerprint.slots),
            "extra_arguments": .array(fingerprint.extraFlags.map { .string($0) }),
        ]
    }

    private static func acceptance(_ row: LearnedSummary.Acceptance) -> JSON {
        [
            "workload": .string(row.workload.rawValue), "thinking": .bool(row.thinking),
            "requests": JSON(rounding: row.requests, decimals: 1),
            "first_draft": JSON(rounding: row.alpha, decimals: 4),
            "fall_per_position": JSON(rounding: row.gamma, decimals: 4),
            "acceptance_at_depth_3": JSON(rounding: row.acceptanceAtDepth3, decimals: 4),
        ]
    }

    private static func time(_ row: LearnedSummary.Time) -> JSON {
        [
            "workload": .string(row.workload.rawValue), "thinking": .bool(row.thinking),
            "constrained": .bool(row.constrained), "depth": JSON(row.setting.depth),
            "p_min": JSON(rounding: row.setting.pMin, decimals: 4), "ngram": .bool(row.setting.usesNgrams),
            "busy_slots": JSON(row.busySlots), "answers": JSON(rounding: row.answers, decimals: 1),
            "tokens_per_second": JSON(rounding: row.tokensPerSecond, decimals: 2),
            "relative_uncertainty": JSON(rounding: row.relativeUncertainty, decimals: 4),
        ]
    }

    private static func length(_ row: LearnedSummary.Length) -> JSON {
        [
            "workload": .string(row.workload.rawValue), "thinking": .bool(row.thinking),
            "answers": JSON(rounding: row.answers, decimals: 1),
            "tokens": JSON(rounding: row.tokens, decimals: 1),
        ]
    }

    private static func cost(_ row: LearnedSummary.Cost) -> JSON {
        [
            "depth": JSON(row.setting.depth), "p_min": JSON(rounding: row.setting.pMin, decimals: 4),
            "busy_slots": JSON(row.busySlots), "step_ms": JSON(rounding: row.stepMilliseconds, decimals: 4),
            "drafts_per_step": JSON(rounding: row.draftsPerStep, decimals: 4),
            "samples": JSON(row.samples),
            "relative_uncertainty": JSON(rounding: row.relativeUncertainty, decimals: 4),
        ]
    }
}
