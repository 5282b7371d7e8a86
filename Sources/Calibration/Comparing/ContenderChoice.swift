import Workload

/// Chooses by a sweep's results which ways to run the batch are worth the clock.
public enum ContenderChoice {
    /// The second-best setting is tried too if it seems to take at most so many times as long: a sweep is noisy.
    static let closeCall = 1.1

    /// Of every program with every model: the best slots and setting for the whole batch, the second best if that is
    /// close, and each workload at its own best, which an engine can do that honours a depth in the request.
    ///
    /// Settings with n-gram lookups are left out, as no configuration asks for them.
    public static func contenders(
        of plan: SweepPlan, selection: PromptSelection, measurements: [SweepMeasurement]
    ) -> [Contender] {
        let times = ExpectedTimes(selection: selection, measurements: measurements)
        let engines = plan.parameters.engines
        var contenders: [Contender] = []
        for (index, engine) in engines.enumerated()
        where !engines[..<index].contains(where: engine.isPaired) {
            let own = engines.indices.filter { engines[$0].isPaired(with: engine) }
            contenders += Self.common(own, plan: plan, times: times)
            if let mixed = Self.mixed(own, plan: plan, times: times) { contenders.append(mixed) }
        }
        return contenders
    }

    private static func common(_ engines: [Int], plan: SweepPlan, times: ExpectedTimes) -> [Contender] {
        let ranked = engines.flatMap { engine in
            settings(of: engine, in: plan).compactMap { setting -> (Contender, Double)? in
                let choices = plan.workloads.map { Contender.Choice(workload: $0, setting: setting) }
                let contender = Contender(engine: engine, choices: choices)
                return times.milliseconds(of: contender).map { (contender, $0) }
            }
        }.sorted { $0.1 < $1.1 }
        guard let best = ranked.first else { return [] }
        return ranked.prefix(2).filter { $0.1 <= closeCall * best.1 }.map(\.0)
    }

    private static func mixed(_ engines: [Int], plan: SweepPlan, times: ExpectedTimes) -> Contender? {
        let candidates = engines.compactMap { engine -> (Contender, Double)? in
            let choices = plan.workloads.compactMap { workload in
                settings(of: engine, in: plan).compactMap { setting in
                    times.milliseconds(of: workload, at: setting, on: engine).map { (setting, $0) }
                }.min { $0.1 < $1.1 }.map { Contender.Choice(workload: workload, setting: $0.0) }
            }
            let contender = Contender(engine: engine, choices: choices)
            guard choices.count == plan.workloads.count, contender.commonSetting == nil else { return nil }
            return times.milliseconds(of: contender).map { (contender, $0) }
        }
        return candidates.min { $0.1 < $1.1 }?.0
    }

    private static func settings(of engine: Int, in plan: SweepPlan) -> [SweepSetting] {
        plan.parameters.settings(of: plan.parameters.engines[engine]).filter { !$0.usesNgrams }
    }
}
