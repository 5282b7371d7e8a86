/// A lane as the planner finds it.
public struct LaneState: Sendable, Hashable, Codable {
    /// The setting that runs; nil when no engine is up.
    public var setting: DraftSetting?
    /// Time from the decision to switch until the next engine answers, as measured, in seconds.
    public var switchCostSeconds: Double
    /// Requests the engine runs at once.
    public var slots: Int
    /// How long the lane has run at ``setting``, in seconds. A lane that has just begun is not left for prompts
    /// that have waited long, or every plan would switch back and forth between two old backlogs.
    public var runningSeconds: Double

    public init(
        setting: DraftSetting?, switchCostSeconds: Double, slots: Int, runningSeconds: Double = 0
    ) {
        self.setting = setting
        self.switchCostSeconds = switchCostSeconds
        self.slots = slots
        self.runningSeconds = runningSeconds
    }
}
