import JSON
import PromptBatch
import Workload

extension CalibrationReport {
    /// The report with the keys that `docs/calibration.md` lists.
    public var json: JSON {
        [
            "format": JSON(SweepParameters.formatVersion),
            "complete": .bool(isComplete),
            "prompts": [
                "source": .string(parameters.promptSource),
                "per_workload": JSON(parameters.promptsPerWorkload),
                "max_tokens": JSON(parameters.maximumTokens),
            ],
            "repeats": JSON(parameters.repeats),
            "panels": .array(panels.map(\.json)),
            "failures": .array(failures.map(\.json)),
            "learned": learned.map { record in
                [
                    "state_directory": .string(record.stateDirectory),
                    "generations": JSON(record.generations), "rejected": JSON(record.rejected),
                ]
            } ?? .null,
            "comparison": comparison.map { comparison in
                guard var object = comparison.json.objectValue else { return .null }
                object["configuration"] = JSON(configurationLine)
                return .object(object)
            } ?? .null,
        ]
    }
}

extension SweepSetting {
    var json: JSON {
        [
            "depth": JSON(draft.depth), "p_min": JSON(rounding: draft.pMin, decimals: 4),
            "ngram": .bool(usesNgrams),
        ]
    }
}

extension SweptEngine {
    var json: JSON {
        [
            "server": .string(server), "model": .string(modelPath), "name": .string(modelName),
            "quantization": .string(fingerprint.quantization), "slots": JSON(slots),
            "busy_slots": JSON(busySlots),
            "build": .string(fingerprint.engineBuild), "device": .string(fingerprint.device),
            "context": JSON(fingerprint.contextTokens), "mtp": .bool(canDraft),
            "fingerprint": .string(fingerprint.key),
        ]
    }
}

extension LaneFailure {
    var json: JSON {
        ["engine": engine.json, "setting": setting.json, "error": .string("\(error)")]
    }
}

extension ReportPanel {
    var json: JSON {
        [
            "engine": engine.json,
            "temperature": JSON(rounding: condition.temperature, decimals: 4),
            "thinking": condition.thinking.map { .bool($0) } ?? .null,
            "lane_start_ms": JSON(rounding: laneStartMilliseconds, decimals: 1),
            "rows": .array(rows.map(\.json)),
            "best": .array(workloads.compactMap(bestObject)),
            "greedy_answers": .array(comparisons.map(\.json)),
            "refused": .array(
                refusals.map { ["custom_id": .string($0.customID), "message": .string($0.message)] }),
        ]
    }

    private func bestObject(of workload: Workload) -> JSON? {
        guard let best = best(of: workload) else { return nil }
        return [
            "workload": .string(workload.rawValue), "setting": best.setting.json,
            "tokens_per_second": JSON(rounding: best.tokensPerSecond, decimals: 3),
            "speedup": JSON(rounding: best.speedup, decimals: 4),
            "hurt_by": .array(harmful(to: workload).map(\.setting.json)),
        ]
    }
}

extension ReportRow {
    var json: JSON {
        [
            "workload": .string(workload.rawValue), "setting": setting.json, "repeats": JSON(repeats),
            "generations": JSON(generations), "generated_tokens": JSON(generatedTokens),
            "tokens_per_second": JSON(rounding: tokensPerSecond, decimals: 3),
            "speedup": JSON(rounding: speedup, decimals: 4),
            "speedup_range": speedupRange.map {
                [JSON(rounding: $0.lowerBound, decimals: 4), JSON(rounding: $0.upperBound, decimals: 4)]
            } ?? .null,
            "acceptance": JSON(rounding: acceptance, decimals: 4),
            "acceptance_per_position": .array(
                acceptancePerPosition.map { JSON(rounding: $0, decimals: 4) }),
            "drafts_per_step": JSON(rounding: draftsPerStep, decimals: 4),
            "tokens_per_step": JSON(rounding: tokensPerStep, decimals: 4),
            "step_ms": JSON(rounding: stepMilliseconds, decimals: 4),
        ]
    }
}

extension AnswerComparison {
    var json: JSON {
        [
            "setting": setting.json, "compared": JSON(compared), "equal": JSON(equal),
            "differing": .array(differing.map { .string($0) }),
        ]
    }
}
