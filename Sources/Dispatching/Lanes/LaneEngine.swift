import Engine
import Speculation

/// A running engine as the dispatcher uses it.
struct LaneEngine: Sendable {
    let engine: any GenerationEngine
    let description: EngineDescription
    let setting: DraftSetting
    /// Prompts it works on at once.
    let slots: Int
    /// The child process; nil for a server run by others.
    let processID: Int32?
    /// What it cost to get it: the time from start to health.
    let startMilliseconds: Double
    /// What its requests drafted lately.
    let recentDrafts: RecentDrafts
    /// When its requests did what.
    let timeline = LaneTimeline()
    /// Reads the engine's counters; nil where there are none to be read.
    let counters: (@Sendable () async throws -> LlamaServerMetrics)?

    /// Whether the daemon started it, rather than others.
    var isManaged: Bool { processID != nil }

    /// Whether requests may name the slot they are for: a child serves nobody else.
    var takesSlotNumbers: Bool { processID != nil }
}
