import Speculation

/// A lane plan while it is being carried out.
struct CurrentPlan {
    private static let lifetime: Duration = .milliseconds(500)

    let plan: LanePlan
    /// Prompts still to be taken, by group.
    private(set) var remaining: [String: Int]
    private let decisions: [String: Decision]
    private let madeAt = ContinuousClock.now

    init(_ plan: LanePlan) {
        self.plan = plan
        remaining = Dictionary(
            plan.assignments.map { ($0.key, $0.prompts) }, uniquingKeysWith: { first, _ in first })
        decisions = Dictionary(
            plan.assignments.map { ($0.key, $0.decision) }, uniquingKeysWith: { first, _ in first })
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
