import Workload

/// Names one measurement: the prompts of one workload, at one setting of one engine, once.
public struct MeasurementKey: Hashable, Codable, Sendable {
    /// Index of the engine in ``SweepParameters/engines``.
    public var engine: Int
    public var setting: SweepSetting
    /// Index of the condition in ``SweepParameters/conditions``.
    public var condition: Int
    public var workload: Workload
    /// Which of the repeats, from 0.
    public var repetition: Int

    public init(
        engine: Int, setting: SweepSetting, condition: Int, workload: Workload, repetition: Int
    ) {
        self.engine = engine
        self.setting = setting
        self.condition = condition
        self.workload = workload
        self.repetition = repetition
    }
}
