/// Whether greedy answers at a setting are those without speculation.
///
/// Speculation does not change what the likeliest token is, but a step over several tokens adds numbers up in
/// another order than a step over one, and where two tokens are nearly alike that can decide.
public struct AnswerComparison: Hashable, Sendable {
    /// For off: its answers in further repeats against those of the first.
    public var setting: SweepSetting
    public var compared: Int
    public var equal: Int
    /// Ids of prompts with an answer that differs, sorted.
    public var differing: [String]

    /// Nil if no greedy answer has one to be compared with.
    init?(of measurements: [SweepMeasurement], at setting: SweepSetting) {
        struct Place: Hashable {
            var key: MeasurementKey
            var customID: String
            var copy: Int
        }
        var baseline: [Place: String] = [:]
        for measurement in measurements where measurement.key.setting == .off {
            for request in measurement.requests where request.isGreedy {
                let place = Place(key: measurement.key, customID: request.customID, copy: request.copy)
                baseline[place] = request.answer
            }
        }
        self.setting = setting
        compared = 0
        equal = 0
        var ids: Set<String> = []
        for measurement in measurements where measurement.key.setting == setting {
            var other = measurement.key
            other.setting = .off
            if setting == .off {
                guard other.repetition > 0 else { continue }
                other.repetition = 0
            }
            for request in measurement.requests where request.isGreedy {
                let place = Place(key: other, customID: request.customID, copy: request.copy)
                guard let answer = baseline[place] else { continue }
                compared += 1
                if answer == request.answer { equal += 1 } else { ids.insert(request.customID) }
            }
        }
        guard compared > 0 else { return nil }
        differing = ids.sorted()
    }
}
