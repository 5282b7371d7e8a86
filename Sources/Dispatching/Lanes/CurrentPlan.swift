import Speculation

/// A lane plan while it is being carried out.
package struct CurrentPlan {
    private static let leastLifetime: Duration = .milliseconds(500)
    /// A plan lives at least this many times as long as it took to make.
    private static let lifetimeInPlannings = 20

    /// The setting the lane should have; nil when nothing waits.
    package let setting: DraftSetting?
    /// Slots to keep busy.
    package let busySlots: Int
    /// One sentence that says why.
    let reason: String
    /// Groups with prompts still to be taken, by name.
    package private(set) var open: Set<String> = []
    /// Of these, the kinds of prompts that this lane should see one of before it takes more.
    package private(set) var unproven: [String: PromptKind] = [:]
    private var remaining: [String: Int] = [:]
    private var decisions: [String: Decision] = [:]
    /// Until when it may be followed without looking at the backlog again.
    package private(set) var expiry: ContinuousClock.Instant
    private let hasWork: Bool
    /// Groups that another engine of the pool does faster, and that one's name.
    private(set) var helped: [String: String] = [:]
    /// Whether there is anything that may come to this lane with time alone.
    private(set) var mayChange = true

    /// - Parameters:
    ///   - start: when planning began.
    ///   - unproven: groups of which nothing comparable was seen yet.
    ///   - looks: groups meant for another lane of which one prompt runs here, to see what it does.
    init(
        _ plan: LanePlan, start: ContinuousClock.Instant, unproven: [String: PromptKind],
        looks: [String: Decision] = [:], at now: ContinuousClock.Instant = .now
    ) {
        setting = plan.setting
        busySlots = plan.busySlots
        reason = plan.reason
        for assignment in plan.assignments {
            remaining[assignment.key] = assignment.prompts
            decisions[assignment.key] = assignment.decision
        }
        for (key, decision) in looks where remaining[key] == nil {
            remaining[key] = 1
            decisions[key] = decision
        }
        let open = Set(remaining.keys)
        self.open = open
        self.unproven = unproven.filter { open.contains($0.key) }
        hasWork = !open.isEmpty
        expiry = Self.expiry(start, at: now)
    }

    /// Where the engine has one setting there is nothing to plan: everything runs at it.
    init(
        only setting: DraftSetting, busySlots: Int, entries: [BacklogEntry],
        start: ContinuousClock.Instant, at now: ContinuousClock.Instant = .now,
        decide: (BacklogEntry) -> Decision
    ) {
        expiry = Self.expiry(start, at: now)
        self.setting = entries.isEmpty ? nil : setting
        self.busySlots = busySlots
        reason = "this engine runs at \(setting.label) only"
        for entry in entries {
            remaining[entry.key] = entry.prompts
            decisions[entry.key] = decide(entry)
            open.insert(entry.key)
        }
        hasWork = !open.isEmpty
    }

    private static func expiry(
        _ start: ContinuousClock.Instant, at now: ContinuousClock.Instant
    ) -> ContinuousClock.Instant {
        now + max(leastLifetime, start.duration(to: now) * lifetimeInPlannings)
    }

    /// Whether it may still be followed without looking at the backlog again.
    package func isFresh(at now: ContinuousClock.Instant = .now) -> Bool {
        now < expiry && !(hasWork && open.isEmpty)
    }

    /// The same plan for the lane that was started for it: it is followed before another one is made, so that no
    /// lane is left without having served.
    package func renewed(at now: ContinuousClock.Instant = .now) -> CurrentPlan {
        var plan = self
        plan.expiry = now + Self.leastLifetime
        return plan
    }

    /// The same plan with what is known of the groups beside it.
    func with(helped: [String: String], mayChange: Bool) -> CurrentPlan {
        var plan = self
        plan.helped = helped
        plan.mayChange = mayChange
        return plan
    }

    /// Counts one prompt of a group as taken.
    ///
    /// - Returns: How the group came to this lane.
    package mutating func take(_ key: String) -> Decision? {
        if let count = remaining[key] {
            remaining[key] = count > 1 ? count - 1 : nil
            if count <= 1 { open.remove(key) }
        }
        return decisions[key]
    }
}
