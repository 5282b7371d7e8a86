/// Whether two engines may be in memory while a lane gives way to the next.
public enum LaneOverlapSetting: String, Sendable, CaseIterable {
    /// Where the model runs on the processor and twice its size fits the memory that is free.
    case automatic = "auto"
    case always
    case never
}
