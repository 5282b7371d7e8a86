/// A short stint at a setting that is not thought best, to learn whether it is.
struct LaneMeasurement: Sendable {
    /// The setting to measure, as an index.
    var setting: Int
    /// The class whose prompts are spent on it.
    var group: Int
    var prompts: Int
    /// Seconds the knowledge is expected to save over the work in sight.
    var worthSeconds: Double
    /// Seconds the stint is expected to cost, lane changes included.
    var costSeconds: Double
}
