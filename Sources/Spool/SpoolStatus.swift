import Foundation

/// What the daemon is doing, as written to `status.json` in the spool about once a second.
public struct SpoolStatus: Codable, Sendable, Equatable {
    /// The daemon's life.
    public enum State: String, Codable, Sendable, CaseIterable {
        case starting, ready, draining, stopped
        /// Work waits for something a person must mend; `message` says what.
        case blocked
    }

    /// The running engine.
    public struct Lane: Codable, Sendable, Equatable {
        /// The engine's name in the configuration's list; nil for the only one.
        public var engineID: String?
        public var depth: Int
        public var pMin: Double
        /// Whether drafts are also looked up among earlier tokens; nil in a status that an earlier version wrote.
        public var usesNgrams: Bool?
        public var slots: Int
        public var busySlots: Int
        public var processID: Int32?
        public var engine: String
        public var model: String

        enum CodingKeys: String, CodingKey {
            case engineID = "engine_id"
            case depth, slots, engine, model
            case pMin = "p_min"
            case usesNgrams = "ngram"
            case busySlots = "busy_slots"
            case processID = "pid"
        }

        public init(
            engineID: String? = nil, depth: Int, pMin: Double, usesNgrams: Bool, slots: Int, busySlots: Int,
            processID: Int32?, engine: String, model: String
        ) {
            self.engineID = engineID
            self.depth = depth
            self.pMin = pMin
            self.usesNgrams = usesNgrams
            self.slots = slots
            self.busySlots = busySlots
            self.processID = processID
            self.engine = engine
            self.model = model
        }
    }

    /// An engine that has served and waits in memory to serve again.
    public struct WaitingEngine: Codable, Sendable, Equatable {
        public var depth: Int
        public var pMin: Double
        public var usesNgrams: Bool?

        enum CodingKeys: String, CodingKey {
            case depth
            case pMin = "p_min"
            case usesNgrams = "ngram"
        }

        public init(depth: Int, pMin: Double, usesNgrams: Bool) {
            self.depth = depth
            self.pMin = pMin
            self.usesNgrams = usesNgrams
        }
    }

    /// A draft setting at which no engine started, and which is left alone for a while.
    public struct FailedSetting: Codable, Sendable, Equatable {
        public var depth: Int
        public var pMin: Double
        public var usesNgrams: Bool
        /// Starts that failed, one after another.
        public var starts: Int
        public var reason: String
        /// When it may be tried again.
        public var retryAt: Date

        enum CodingKeys: String, CodingKey {
            case depth, starts, reason
            case pMin = "p_min"
            case usesNgrams = "ngram"
            case retryAt = "retry_at"
        }

        public init(
            depth: Int, pMin: Double, usesNgrams: Bool, starts: Int, reason: String, retryAt: Date
        ) {
            self.depth = depth
            self.pMin = pMin
            self.usesNgrams = usesNgrams
            self.starts = starts
            self.reason = reason
            self.retryAt = retryAt
        }
    }

    /// An engine that is sent no prompts.
    public struct EngineTrouble: Codable, Sendable, Equatable {
        /// The engine's name in the configuration's list; nil for the only one.
        public var engineID: String?
        public var reason: String

        enum CodingKeys: String, CodingKey {
            case engineID = "engine_id"
            case reason
        }

        public init(engineID: String?, reason: String) {
            self.engineID = engineID
            self.reason = reason
        }
    }

    /// When something is expected to be done, and the moments between which that lies with a probability of 80 %.
    public struct ExpectedEnd: Codable, Sendable, Equatable {
        public var at: Date
        public var earliest: Date
        public var latest: Date

        public init(at: Date, earliest: Date, latest: Date) {
            self.at = at
            self.earliest = earliest
            self.latest = latest
        }
    }

    /// One batch, running or recently finished.
    public struct Batch: Codable, Sendable, Equatable {
        public var id: String
        public var name: String
        public var inode: UInt64
        public var state: BatchState
        public var prompts: Int
        public var answered: Int
        public var failed: Int
        /// Of the failed, those whose deadline had passed; nil in a status that an earlier version wrote.
        public var expired: Int?
        /// The soonest deadline of what waits; nil if there is none.
        public var deadline: Date?
        /// Absolute path, once the batch is done.
        public var outputDirectory: String?
        /// What came of telling of its end; nil where nobody is to be told.
        public var hook: HookState?
        /// Nil for a batch that is done, and where nothing can be said.
        public var expectedEnd: ExpectedEnd?

        enum CodingKeys: String, CodingKey {
            case id, name, inode, state, prompts, answered, failed, expired, deadline, hook
            case outputDirectory = "output_directory"
            case expectedEnd = "expected_end"
        }

        public init(record: BatchRecord, layout: SpoolLayout, expectedEnd: ExpectedEnd? = nil) {
            self.expectedEnd = expectedEnd
            id = record.id
            name = record.name
            inode = record.inode
            state = record.state
            prompts = record.promptCount
            answered = record.answeredCount
            failed = record.failedCount
            expired = record.expiredCount
            deadline = record.openCount > 0 ? record.deadline : nil
            hook = record.hook
            outputDirectory =
                record.state == .done ? record.outputName.map { layout.output + "/" + $0 } : nil
        }
    }

    public var state: State
    public var message: String
    public var processID: Int32
    public var version: String
    public var updatedAt: Date
    /// The lanes that run, in the order of their start.
    public var lanes: [Lane]
    /// Nil in a status that an earlier version wrote.
    public var waitingEngines: [WaitingEngine]?
    /// Nil in a status that an earlier version wrote.
    public var failedSettings: [FailedSetting]?
    /// Nil in a status that an earlier version wrote.
    public var engineTroubles: [EngineTrouble]?
    public var queued: Int
    public var running: Int
    /// Since the daemon started.
    public var answered: Int
    public var failed: Int
    /// Of all busy slots together, over the last minute of generation.
    public var tokensPerSecond: Double?
    /// Of all that waits; nil where nothing does, or nothing can be said.
    public var expectedEnd: ExpectedEnd?
    /// Open ones first, then the last that finished.
    public var batches: [Batch]
    /// Nil if there are none.
    public var hooks: Hooks?
    /// By workload, then by depth. Nil in a status that an earlier version wrote.
    public var speeds: [Speed]?
    /// The last ones, newest first. Nil in a status that an earlier version wrote.
    public var laneStarts: [LaneStart]?

    enum CodingKeys: String, CodingKey {
        case state, message, version, lanes, queued, running, answered, failed, batches, hooks, speeds
        case laneStarts = "lane_starts"
        case processID = "pid"
        case waitingEngines = "waiting_engines"
        case failedSettings = "failed_settings"
        case engineTroubles = "engine_troubles"
        case updatedAt = "updated_at"
        case tokensPerSecond = "tokens_per_second"
        case expectedEnd = "expected_end"
    }

    public init(state: State, message: String, version: String) {
        self.state = state
        self.message = message
        self.version = version
        processID = getpid()
        updatedAt = Date()
        queued = 0
        running = 0
        answered = 0
        failed = 0
        batches = []
        lanes = []
        waitingEngines = []
        failedSettings = []
        engineTroubles = []
    }
}
