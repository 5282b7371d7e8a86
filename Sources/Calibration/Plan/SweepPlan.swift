import Workload

/// The order of the measurements.
///
/// Starting a lane costs time, so measurements of one setting run together. Where starts are cheap, a repeat goes
/// through all settings before the next begins, back and forth, so that a machine that slows down meanwhile slows
/// all settings alike.
public struct SweepPlan: Sendable {
    /// A lane start may take at most this share of the time of one pass through its measurements for settings to be
    /// interleaved.
    static let cheapStartShare = 0.25

    public let parameters: SweepParameters
    /// The workloads there are prompts of.
    public let workloads: [Workload]

    public init(parameters: SweepParameters, workloads: [Workload]) {
        self.parameters = parameters
        self.workloads = workloads
    }

    /// Whether several programs are measured.
    public var comparesPrograms: Bool { Set(parameters.engines.map(\.server)).count > 1 }

    /// Every measurement, in the order of one lane after the other without interleaving.
    public var keys: [MeasurementKey] {
        parameters.engines.indices.flatMap { engine in
            parameters.settings(of: parameters.engines[engine]).flatMap { setting in
                (0..<parameters.repeats).flatMap {
                    pass(engine: engine, setting: setting, repetition: $0)
                }
            }
        }
    }

    /// The measurements of one repeat at one setting.
    func pass(engine: Int, setting: SweepSetting, repetition: Int) -> [MeasurementKey] {
        parameters.conditions.indices.flatMap { condition in
            workloads.map { workload in
                MeasurementKey(
                    engine: engine, setting: setting, condition: condition, workload: workload,
                    repetition: repetition)
            }
        }
    }

    /// What the next lane of an engine measures: the part of it that is not done. Empty when nothing is left.
    ///
    /// - Parameters:
    ///   - isLeftOut: measurements that are done, or were given up.
    ///   - interleaves: whether settings alternate; otherwise a lane measures all its repeats.
    func nextLane(
        engine: Int, interleaves: Bool, isLeftOut: (MeasurementKey) -> Bool
    ) -> [MeasurementKey] {
        let settings = parameters.settings(of: parameters.engines[engine])
        guard interleaves else {
            for setting in settings {
                let keys = (0..<parameters.repeats).flatMap {
                    pass(engine: engine, setting: setting, repetition: $0)
                }.filter { !isLeftOut($0) }
                if !keys.isEmpty { return keys }
            }
            return []
        }
        for repetition in 0..<parameters.repeats {
            let order = repetition.isMultiple(of: 2) ? settings : settings.reversed()
            for setting in order {
                let keys = pass(engine: engine, setting: setting, repetition: repetition)
                    .filter { !isLeftOut($0) }
                if !keys.isEmpty { return keys }
            }
        }
        return []
    }

    /// Whether settings alternate on an engine, by what its lanes took so far; true while nothing is known.
    func interleaves(engine: Int, measurements: [SweepMeasurement]) -> Bool {
        let own = measurements.filter { $0.key.engine == engine }
        guard let start = Median.of(own.map(\.laneStartMilliseconds)),
            let group = Median.of(own.map(\.wallMilliseconds))
        else { return true }
        let pass = group * Double(workloads.count * parameters.conditions.count)
        return start <= Self.cheapStartShare * pass
    }
}
