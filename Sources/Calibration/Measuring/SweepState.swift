import Synchronization

/// What is measured, what was given up, and how far the measurement at hand is.
final class SweepState: Sendable {
    private struct Values {
        var measurements: [SweepMeasurement]
        var leftOut: Set<MeasurementKey>
        var failures: [LaneFailure] = []
        /// Generations of the measurement at hand that are done.
        var doneOfCurrent = 0
        var activity = "looking at the engine"
    }

    let plan: SweepPlan
    private let selection: PromptSelection
    private let values: Mutex<Values>

    init(plan: SweepPlan, selection: PromptSelection, measurements: [SweepMeasurement]) {
        self.plan = plan
        self.selection = selection
        values = Mutex(Values(measurements: measurements, leftOut: Set(measurements.map(\.key))))
    }

    var measurements: [SweepMeasurement] { values.withLock { $0.measurements } }
    var failures: [LaneFailure] { values.withLock { $0.failures } }

    func isLeftOut(_ key: MeasurementKey) -> Bool { values.withLock { $0.leftOut.contains(key) } }

    func add(_ measurement: SweepMeasurement) {
        values.withLock {
            $0.measurements.append(measurement)
            $0.leftOut.insert(measurement.key)
            $0.doneOfCurrent = 0
        }
    }

    /// Leaves measurements out of this run; a later run tries them again.
    func giveUp(_ keys: [MeasurementKey], because failure: LaneFailure) {
        values.withLock {
            $0.leftOut.formUnion(keys)
            $0.failures.append(failure)
            $0.doneOfCurrent = 0
        }
    }

    func begin(_ activity: String) {
        values.withLock {
            $0.activity = activity
            $0.doneOfCurrent = 0
        }
    }

    func countAnswer() {
        values.withLock { $0.doneOfCurrent += 1 }
    }

    func requestCount(of key: MeasurementKey) -> Int {
        selection.requestCount(of: key.workload, slots: plan.parameters.engines[key.engine].busySlots)
    }

    var progress: SweepProgress {
        let values = values.withLock { $0 }
        let keys = plan.keys
        let done = keys.filter(values.leftOut.contains).reduce(0) { $0 + requestCount(of: $1) }
        let total = keys.reduce(0) { $0 + requestCount(of: $1) }
        let pending = keys.filter { !values.leftOut.contains($0) }
        return SweepProgress(
            done: done + values.doneOfCurrent, total: total,
            remainingSeconds: RemainingWork(plan: plan, measurements: values.measurements)
                .seconds(for: pending, generationsDone: values.doneOfCurrent, requestCount: requestCount),
            activity: values.activity)
    }
}
