import Workload

/// Estimates how long the rest takes from what was measured.
struct RemainingWork {
    private struct Kind: Hashable {
        var engine: Int
        var condition: Int
        var workload: Workload
    }

    let plan: SweepPlan
    private let byKind: [Kind: Double]
    private let byEngine: [Int: Double]
    private let overall: Double?
    private let starts: [Int: Double]
    private let overallStart: Double?
    private let interleaves: [Bool]

    init(plan: SweepPlan, measurements: [SweepMeasurement]) {
        self.plan = plan
        let medians = { (groups: [[SweepMeasurement]]) in
            groups.map { Median.of($0.map(\.wallMilliseconds)) ?? 0 }
        }
        let kinds = Dictionary(grouping: measurements) {
            Kind(engine: $0.key.engine, condition: $0.key.condition, workload: $0.key.workload)
        }
        byKind = Dictionary(uniqueKeysWithValues: zip(kinds.keys, medians(Array(kinds.values))))
        let engines = Dictionary(grouping: measurements, by: \.key.engine)
        byEngine = Dictionary(uniqueKeysWithValues: zip(engines.keys, medians(Array(engines.values))))
        overall = Median.of(measurements.map(\.wallMilliseconds))
        starts = engines.mapValues { Median.of($0.map(\.laneStartMilliseconds)) ?? 0 }
        overallStart = Median.of(measurements.map(\.laneStartMilliseconds))
        interleaves = plan.parameters.engines.indices.map {
            plan.interleaves(engine: $0, measurements: measurements)
        }
    }

    /// Seconds for the pending measurements, of whose first some generations are done; nil while nothing was
    /// measured.
    func seconds(
        for pending: [MeasurementKey], generationsDone: Int, requestCount: (MeasurementKey) -> Int
    ) -> Double? {
        guard let overall, let overallStart else { return nil }
        var milliseconds = 0.0
        for (index, key) in pending.enumerated() {
            let kind = Kind(engine: key.engine, condition: key.condition, workload: key.workload)
            let expected = byKind[kind] ?? byEngine[key.engine] ?? overall
            let done = index == 0 ? Double(generationsDone) / Double(max(1, requestCount(key))) : 0
            milliseconds += expected * max(0, 1 - done)
        }
        let lanes = Set(
            pending.map { key in
                var lane = key
                lane.condition = 0
                lane.workload = .code
                if !interleaves[key.engine] { lane.repetition = 0 }
                return lane
            })
        milliseconds += lanes.reduce(0) { $0 + (starts[$1.engine] ?? overallStart) }
        return milliseconds / 1000
    }
}
