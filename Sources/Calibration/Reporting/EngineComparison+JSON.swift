import JSON
import PromptBatch

extension EngineComparison {
    /// The comparison with the keys that `docs/calibration.md` lists.
    var json: JSON {
        [
            "contenders": .array(entries.map { $0.json(isBest: best.contains($0)) }),
            "verdicts": .array(verdicts.map { $0.json(fastest: best[0]) }),
            "recommended": recommended.engine.json,
        ]
    }
}

extension EngineComparison.Entry {
    func json(isBest: Bool) -> JSON {
        [
            "engine": engine.json,
            "settings": .array(
                contender.choices.map {
                    ["workload": .string($0.workload.rawValue), "setting": $0.setting.json]
                }),
            "best": .bool(isBest), "rounds": JSON(rounds.count),
            "seconds": JSON(rounding: seconds, decimals: 3), "seconds_range": secondsRange.json(decimals: 3),
            "tokens_per_second": JSON(rounding: tokensPerSecond, decimals: 3),
            "tokens_per_second_range": tokensPerSecondRange.json(decimals: 3),
        ]
    }
}

extension EngineComparison.Verdict {
    func json(fastest: EngineComparison.Entry) -> JSON {
        [
            "fastest": fastest.engine.json, "other": other.engine.json,
            "speedup": JSON(rounding: ratio.value, decimals: 4),
            "speedup_interval": ratio.interval.map { $0.json(decimals: 4) } ?? .null,
            "decided": .bool(ratio.isFaster),
        ]
    }
}

extension ClosedRange<Double> {
    fileprivate func json(decimals: Int) -> JSON {
        [JSON(rounding: lowerBound, decimals: decimals), JSON(rounding: upperBound, decimals: decimals)]
    }
}
