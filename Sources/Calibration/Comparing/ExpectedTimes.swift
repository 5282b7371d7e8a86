import Workload

/// What a workload's prompts would take at a setting, by a sweep's measurements.
struct ExpectedTimes {
    private struct Place: Hashable {
        var engine: Int
        var workload: Workload
        var setting: SweepSetting
    }

    private let times: [Place: Double]

    init(selection: PromptSelection, measurements: [SweepMeasurement]) {
        let groups = Dictionary(grouping: measurements) {
            Place(engine: $0.key.engine, workload: $0.key.workload, setting: $0.key.setting)
        }
        var times: [Place: Double] = [:]
        for (place, measurements) in groups {
            let each = measurements.map { measurement in
                measurement.wallMilliseconds
                    / Double(max(1, measurement.requests.count + measurement.refusals.count))
            }
            times[place] = Median.of(each).map { $0 * Double(selection.prompts[place.workload]?.count ?? 0) }
        }
        self.times = times
    }

    /// Of all its prompts; nil if that was not measured.
    func milliseconds(of workload: Workload, at setting: SweepSetting, on engine: Int) -> Double? {
        times[Place(engine: engine, workload: workload, setting: setting)]
    }

    /// Of all prompts; nil if a part of it was not measured.
    func milliseconds(of contender: Contender) -> Double? {
        var sum = 0.0
        for choice in contender.choices {
            guard
                let time = milliseconds(of: choice.workload, at: choice.setting, on: contender.engine)
            else { return nil }
            sum += time
        }
        return sum
    }
}
