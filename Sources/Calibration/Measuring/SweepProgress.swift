/// How far a calibration has come.
public struct SweepProgress: Sendable, Hashable {
    /// Generations that are done, those of earlier runs included.
    public var done: Int
    public var total: Int
    /// Seconds until all is measured, by what measurements took so far; nil while nothing is known.
    public var remainingSeconds: Double?
    /// What is being measured: "Qwen3.6-27B Q8_0, 4 slots: depth 3, code".
    public var activity: String
}
