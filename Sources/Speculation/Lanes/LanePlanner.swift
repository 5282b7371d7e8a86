/// Orders a backlog over lane settings so that every lane change pays for itself.
///
/// Prompts whose best setting is not worth a lane of its own ride along in one that is. The running lane goes on
/// while it has work; then the lane whose prompts have waited longest is next. A lane whose prompts waited beyond
/// ``maximumLaneWaitSeconds``, are of higher priority, or of the same with a deadline before that is over, goes first.
public struct LanePlanner: Sendable, Hashable {
    /// The longest a prompt may wait for its lane, in seconds, before its lane goes first.
    public var maximumLaneWaitSeconds: Double

    public init(maximumLaneWaitSeconds: Double = 600) {
        self.maximumLaneWaitSeconds = maximumLaneWaitSeconds
    }

    /// What the lane should run now, and for whom. Pure: the same inputs give the same plan.
    ///
    /// - Parameters:
    ///   - backlog: waiting prompts, grouped.
    ///   - running: the lane as it is.
    ///   - model: what was learned of the engine.
    ///   - policy: settings to choose from.
    public func plan(
        backlog: [BacklogEntry], running: LaneState, model: LearnedModel, policy: DepthPolicy
    ) -> LanePlan {
        LanePlanning(
            backlog: backlog, running: running, model: model, policy: policy,
            maximumLaneWaitSeconds: maximumLaneWaitSeconds
        ).plan()
    }
}
