import Workload

/// The results of one engine under one condition.
public struct ReportPanel: Hashable, Sendable {
    /// Gains and losses under this share count as none.
    public static let indifference = 0.02

    public var engine: SweptEngine
    public var condition: SweepCondition
    /// Settings that were measured, off first.
    public var settings: [SweepSetting]
    public var workloads: [Workload]
    public var rows: [ReportRow]
    public var comparisons: [AnswerComparison]
    /// Prompts that the engine refused, by id.
    public var refusals: [RefusedRequest]
    /// Median time to start a lane, in milliseconds.
    public var laneStartMilliseconds: Double

    init?(engine: SweptEngine, condition: SweepCondition, measurements: [SweepMeasurement]) {
        guard let start = Median.of(measurements.map(\.laneStartMilliseconds)) else { return nil }
        self.engine = engine
        self.condition = condition
        laneStartMilliseconds = start
        let groups = Dictionary(grouping: measurements, by: \.key.workload)
        let settings = Set(measurements.map(\.key.setting)).sorted()
        var rows: [ReportRow] = []
        for workload in Workload.allCases {
            let bySetting = Dictionary(grouping: groups[workload] ?? [], by: \.key.setting)
            rows += settings.compactMap { setting in
                ReportRow(
                    workload: workload, setting: setting, measurements: bySetting[setting] ?? [],
                    baseline: bySetting[.off] ?? [], slots: engine.busySlots)
            }
        }
        self.rows = rows
        self.settings = settings.filter { setting in rows.contains { $0.setting == setting } }
        workloads = Workload.allCases.filter { workload in rows.contains { $0.workload == workload } }
        refusals = Set(measurements.flatMap(\.refusals)).sorted { $0.customID < $1.customID }
        comparisons = settings.compactMap { AnswerComparison(of: measurements, at: $0) }
    }

    /// A name for people: engine and condition.
    public var title: String {
        condition.label.isEmpty ? engine.label : "\(engine.label), \(condition.label)"
    }

    public func row(_ workload: Workload, _ setting: SweepSetting) -> ReportRow? {
        rows.first { $0.workload == workload && $0.setting == setting }
    }

    /// The fastest setting of a workload; off unless another gains more than ``indifference``.
    public func best(of workload: Workload) -> ReportRow? {
        let own = rows.filter { $0.workload == workload }
        let fastest = own.max { ($0.speedup ?? 0) < ($1.speedup ?? 0) }
        guard let fastest, let speedup = fastest.speedup, speedup > 1 + Self.indifference else {
            return own.first { $0.setting == .off } ?? fastest
        }
        return fastest
    }

    /// Settings that slow a workload down by more than ``indifference``, the worst first.
    public func harmful(to workload: Workload) -> [ReportRow] {
        rows.filter { $0.workload == workload && ($0.speedup ?? 1) < 1 - Self.indifference }
            .sorted { ($0.speedup ?? 1) < ($1.speedup ?? 1) }
    }
}
