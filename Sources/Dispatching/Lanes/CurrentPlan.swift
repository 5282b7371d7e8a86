import Speculation

/// A lane plan while it is being carried out.
struct CurrentPlan {
    private static let lifetime: Duration = .milliseconds(500)

    /// The setting the lane should have; nil when nothing waits.
    let setting: DraftSetting?
    /// One sentence that says why.
    let reason: String
    /// Prompts still to be taken, by group.
    private(set) var remaining: [String: Int] = [:]
    private var decisions: [String: Decision] = [:]
    private let madeAt = ContinuousClock.now

    init(_ plan: LanePlan) {
        setting = plan.setting
        reason = plan.reason
        for assignment in plan.assignments {
            remaining[assignment.key] = assignment.prompts
            decisions[assignment.key] = assignment.decision
        }
    }

    /// Where the engine has one setting there is nothing to plan: everything runs at it.
    init(only setting: DraftSetting, entries: [BacklogEntry], decide: (BacklogEntry) -> Decision) {
        self.setting = setting
        reason = "this engine runs at \(setting.label) only"
        for entry in entries {
            var decision = decide(entry)
            decision.source = .lane
            decision.reason = reason
            remaining[entry.key] = entry.prompts
            decisions[entry.key] = decision
        }
    }

    /// Whether it may still be followed without looking at the backlog again.
    var isFresh: Bool {
        !remaining.isEmpty && madeAt.duration(to: .now) < Self.lifetime
    }

    /// Counts one prompt of a group as taken.
    ///
    /// - Returns: How the group came to this lane.
    mutating func take(_ key: String) -> Decision? {
        if let count = remaining[key] { remaining[key] = count > 1 ? count - 1 : nil }
        return decisions[key]
    }
}
