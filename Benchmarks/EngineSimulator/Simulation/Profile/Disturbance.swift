import JSON
import Glibc
import PromptBatch

/// How steps differ from the profile's times: noise, stalls and slow drift.
public struct Disturbance: Sendable, Hashable {
    /// Of the logarithm of a single step's time.
    public let stepDeviation: Double
    /// Mean number in a minute.
    public let stallsPerMinute: Double
    /// Mean length; lengths are exponentially distributed.
    public let stallMilliseconds: Double
    /// Of the logarithm of the engine's speed over a long time.
    public let driftDeviation: Double
    /// The period of the middle one of the three waves that make up the drift.
    public let driftSeconds: Double

    /// Every step takes the profile's time.
    public static let none = Disturbance()

    private init() {
        stepDeviation = 0
        stallsPerMinute = 0
        stallMilliseconds = 0
        driftDeviation = 0
        driftSeconds = 600
    }

    init(_ json: JSON, at path: String) throws(SimulationFileError) {
        var fields = try FieldReader(json, at: path)
        stepDeviation = try fields.number("step_deviation", else: 0, upTo: 1)
        stallsPerMinute = try fields.number("stalls_per_minute", else: 0)
        stallMilliseconds = try fields.number("stall_milliseconds", else: 0)
        driftDeviation = try fields.number("drift_deviation", else: 0, upTo: 1)
        driftSeconds = try fields.positive("drift_seconds", else: 600)
        try fields.finish()
    }

    /// The factor on step times at a moment, the same for the same seed, so that it goes on where an engine is
    /// started anew.
    ///
    /// Three waves in the ratio of the golden section squared repeat late, and their sum has the deviation asked for.
    public func drift(atMilliseconds time: Double, seed: UInt64) -> Double {
        guard driftDeviation > 0 else { return 1 }
        var random = RandomStream(seed: seed, 0xD41F)
        let wave = [0.381966, 1, 2.618034].reduce(0) { sum, ratio in
            sum + sin(2 * .pi * (time / (1000 * driftSeconds * ratio) + random.uniform()))
        }
        return exp(driftDeviation * wave * (2.0 / 3).squareRoot())
    }

    /// Milliseconds of a step that takes `milliseconds` undisturbed.
    func disturbed(_ milliseconds: Double, drift: Double, random: inout RandomStream) -> Double {
        var time = milliseconds * drift
        if stepDeviation > 0 {
            time *= exp(stepDeviation * random.normal() - stepDeviation * stepDeviation / 2)
        }
        if stallsPerMinute > 0, random.uniform() < stallsPerMinute * time / 60_000 {
            time -= stallMilliseconds * log(1 - random.uniform())
        }
        return time
    }
}
