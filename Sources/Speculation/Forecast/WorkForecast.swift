/// What work is expected to come to, if the lane planner has its way with it and nothing else comes.
public struct WorkForecast: Sendable, Hashable {
    /// Prompts that are alike, in the lane that serves them.
    public struct Part: Sendable, Hashable {
        /// The group's name (``BacklogEntry/key``).
        public var key: String
        public var kind: PromptKind
        public var batch: String?
        public var priority: Int
        public var prompts: Int
        public var setting: DraftSetting
        public var busySlots: Int
        public var tokens: UncertainSum
        /// Of the engine's time.
        public var seconds: UncertainSum
        /// What the time of a token is known from.
        public var basis: SpeedBasis
        /// Answers to prompts of its workload that taught how long they are, old ones faded.
        public var answers: Double
    }

    /// In the order in which lanes are expected to run.
    public internal(set) var parts: [Part] = []
    /// Of changes between lanes.
    public internal(set) var changeSeconds = 0.0
    /// Until everything is done.
    public internal(set) var total = UncertainSum()
    /// Until each batch is done, by its name (``PromptTraits/batch``).
    public internal(set) var ends: [String: UncertainSum] = [:]
}

extension LanePlanner {
    /// What a backlog is expected to take, by the lanes that ``plan(backlog:running:model:policy:)`` would open.
    ///
    /// What more comes meanwhile is not foreseen. Between two prompts are at least
    /// `leastSecondsEach`, where they are limited.
    public func forecast(
        backlog: [BacklogEntry], running: LaneState, model: LearnedModel, policy: DepthPolicy,
        leastSecondsEach: Double = 0
    ) -> WorkForecast {
        LanePlanning(
            backlog: backlog, running: running, model: model, policy: policy,
            maximumLaneWaitSeconds: maximumLaneWaitSeconds
        ).forecast(leastSecondsEach: leastSecondsEach)
    }
}
