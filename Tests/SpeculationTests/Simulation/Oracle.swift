import Speculation

/// The all-knowing planner: the best set of lanes for a backlog at the true speeds, by trying every set.
struct Oracle {
    let engine: SyntheticEngine
    let candidates: [DraftSetting]

    /// Seconds for a backlog with its best set of lanes, starting from a running lane or none.
    func seconds(_ prompts: SimulatedPrompts, running: DraftSetting?) -> Double {
        let table = table(prompts)
        let busy = min(engine.slots, prompts.prompts)
        let drain = zip(prompts.groups, table).reduce(0) { sum, entry in
            let fastest = entry.1.indices.min { entry.1[$0] < entry.1[$1] } ?? 0
            let loss = engine.drainSeconds(
                entry.0.workload, candidates[fastest], busySlots: busy, tokens: entry.0.tokens)
            return sum + loss * Double(entry.0.prompts) / Double(prompts.prompts)
        }
        var best = Double.infinity
        for mask in 1..<(1 << candidates.count) {
            var sum = 0.0
            var used = 0
            for row in table {
                var fastest = -1
                for index in candidates.indices where mask >> index & 1 == 1 {
                    if fastest < 0 || row[index] < row[fastest] { fastest = index }
                }
                sum += row[fastest]
                used |= 1 << fastest
            }
            let goesOn =
                running.flatMap { candidates.firstIndex(of: $0) }.map { used >> $0 & 1 == 1 } ?? false
            let starts = used.nonzeroBitCount - (goesOn ? 1 : 0)
            let drains = running == nil ? starts - 1 : starts
            best = min(best, sum + Double(starts) * engine.switchSeconds + Double(drains) * drain)
        }
        return best
    }

    /// Seconds of the best single setting, its start included.
    func bestFixedSeconds(_ prompts: SimulatedPrompts) -> Double {
        let table = table(prompts)
        return candidates.indices.map { index in table.reduce(0) { $0 + $1[index] } }.min().map {
            $0 + engine.switchSeconds
        } ?? 0
    }

    private func table(_ prompts: SimulatedPrompts) -> [[Double]] {
        let busy = min(engine.slots, prompts.prompts)
        return prompts.groups.map { group in
            candidates.map {
                Double(group.prompts) * group.tokens / engine.speed(group.workload, $0, busySlots: busy)
            }
        }
    }
}
