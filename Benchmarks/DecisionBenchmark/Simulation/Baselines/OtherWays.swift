import Speculation

/// Other ways of serving a batch than the daemon's.
package struct OtherWays {
    private let site: SimulatedSite
    private let batch: SimulatedBatch

    package init(_ site: SimulatedSite, _ batch: SimulatedBatch) {
        self.site = site
        self.batch = batch
    }

    // MARK: Calibrated

    /// Prompts by which each setting is measured.
    private var calibrationPrompts: Int { max(8, 2 * site.slots) }

    /// Seconds where each setting is measured by the same first prompts, and the rest runs at the one that was fastest.
    package func calibrateOnceAndStay() -> Double {
        let sample = SimulatedBatch(prompts: Array(batch.prompts.prefix(calibrationPrompts)), like: batch)
        let rest = SimulatedBatch(prompts: Array(batch.prompts.dropFirst(calibrationPrompts)), like: batch)
        let measured = FixedSettings(site, sample)
        let calibrating = measured.outcomes.values.reduce(0) { $0 + $1.seconds }
        let starts = site.choosesDepth ? Double(measured.outcomes.count - 1) * site.startSeconds : 0
        guard !rest.prompts.isEmpty else { return calibrating - starts }
        let serving = FixedRun(site, at: measured.best.setting, rest).run().seconds
        return calibrating - starts + serving - (site.choosesDepth ? site.startSeconds : 0)
    }

    // MARK: All-knowing

    /// Seconds with the best set of lanes, where the time of each hidden group and template at each setting is known beforehand.
    ///
    /// - Parameter fixed: the batch at every setting.
    package func allKnowing(_ fixed: FixedSettings) -> Double {
        let settings = fixed.outcomes.keys.sorted()
        let times = settings.map { fixed.outcomes[$0]?.shareSecondsByGroup ?? [:] }
        let groups = Set(batch.prompts.map(\.group)).sorted()
        var best = (seconds: Double.infinity, lanes: [[String]]())
        for set in 1..<(1 << settings.count) {
            let open = settings.indices.filter { set >> $0 & 1 == 1 }
            var seconds = site.choosesDepth ? 0 : Double(open.count) * site.startSeconds
            var lanes = Array(repeating: [String](), count: settings.count)
            for group in groups {
                guard let lane = open.min(by: { (times[$0][group] ?? 0) < (times[$1][group] ?? 0) }) else {
                    continue
                }
                seconds += times[lane][group] ?? 0
                lanes[lane].append(group)
            }
            if seconds < best.seconds { best = (seconds, lanes) }
        }
        return min(fixed.best.seconds, seconds(of: best.lanes, at: settings))
    }

    /// Seconds of lanes one after another, each with the prompts of its groups.
    private func seconds(of lanes: [[String]], at settings: [DraftSetting]) -> Double {
        var seconds = 0.0
        var isFirst = true
        for (groups, setting) in zip(lanes, settings) where !groups.isEmpty {
            let own = batch.prompts.filter { groups.contains($0.group) }
            guard !own.isEmpty else { continue }
            seconds += FixedRun(site, at: setting, SimulatedBatch(prompts: own, like: batch)).run().seconds
            if !isFirst, site.choosesDepth { seconds -= site.startSeconds }
            isFirst = false
        }
        return seconds
    }
}
