import Engine
import JSON
import PromptBatch
import Speculation
import Synchronization

/// A running engine as the dispatcher uses it.
package struct LaneEngine: Sendable {
    let engine: any GenerationEngine
    package let description: EngineDescription
    package private(set) var setting: DraftSetting
    /// Prompts it works on at once.
    package let slots: Int
    /// The child process; nil for a server run by others.
    package let processID: Int32?
    /// What it cost to get it: the time from start to health.
    let startMilliseconds: Double
    /// What its requests drafted lately.
    private(set) var recentDrafts: RecentDrafts
    /// When its requests did what.
    let timeline = LaneTimeline()
    /// What its requests may choose for themselves; nil where it has the one setting.
    var requestDepth: RequestDepth? = nil
    /// Whether a server run by others decides how to draft, and says nothing of it.
    package var choosesItsDepth = false
    /// Members that its requests need.
    var requestDefaults = JSONObject()

    /// The setting as people read it.
    var label: String { choosesItsDepth ? "the engine's own depth" : setting.label }

    /// What a request has to say to be served at the lane's setting; nil where the engine has no other.
    var requestedSetting: DraftSetting? { requestDepth == nil ? nil : setting }

    /// The same engine, serving another setting that it offers.
    func serving(_ setting: DraftSetting) -> LaneEngine {
        var engine = self
        engine.setting = setting
        engine.recentDrafts = RecentDrafts(capacity: slots)
        return engine
    }

    /// Whether the daemon started it, rather than others.
    var isManaged: Bool { processID != nil }

    /// Whether requests may name the slot they are for: a child serves nobody else.
    var takesSlotNumbers: Bool { processID != nil }
}

/// Drafts per step of the requests that a lane finished last: what its other slots are likely doing.
package final class RecentDrafts: Sendable {
    private let recent = Mutex<[Double]>([])
    private let capacity: Int

    /// - Parameter capacity: requests that count.
    package init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Adds a finished request.
    ///
    /// - Returns: The mean of those before it; nil for the first.
    package func add(_ draftsPerStep: Double) -> Double? {
        recent.withLock { recent in
            defer {
                recent.append(draftsPerStep)
                if recent.count > capacity { recent.removeFirst() }
            }
            return recent.isEmpty ? nil : recent.reduce(0, +) / Double(recent.count)
        }
    }
}
