/// What a lane should run now, and for whom.
public struct LanePlan: Sendable, Hashable {
    /// One group of the backlog that the lane serves.
    public struct Assignment: Sendable, Hashable {
        /// The group's name (``BacklogEntry/key``).
        public var key: String
        /// Prompts of the group to serve.
        public var prompts: Int
        /// How these prompts came to this setting; `lane` when another would be faster for them.
        public var decision: Decision
    }

    /// The setting to run now; nil when nothing waits.
    public var setting: DraftSetting?
    /// Slots to keep busy: as many as were asked for, or as many as give the most tokens per second.
    public var busySlots: Int
    /// Whether the lane must be switched to it.
    public var switches: Bool
    /// Groups to serve in it, most urgent first.
    public var assignments: [Assignment]
    /// One sentence that says why.
    public var reason: String
}
