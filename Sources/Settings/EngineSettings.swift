import Foundation

/// How the engine is started, or where it is reached.
public struct EngineSettings: Sendable, Equatable {
    /// Its name in a list of engines, as records, journal and status have it; empty for the only one.
    public var name: String
    /// The `llama-server` program: a path, or a name looked up on PATH.
    public var server: String
    /// The GGUF model file a managed llama-server serves.
    public var model: String
    /// Prompts in flight at the same time in a lane: as many as asked for, or the most that may be tried.
    public var slots: Int
    /// Whether the daemon finds the number of busy slots, up to ``slots``, by measurement.
    public var choosesBusySlots: Bool
    /// Whether the most that may be tried was left to the daemon: ``slots`` is what a processor can use then.
    public var choosesMostSlots: Bool
    /// Devices by llama-server's names; a lane runs on each. Empty: one lane on whatever the engine takes.
    public var devices: [String]
    /// Whether the next lane's engine may start while the last one still finishes its prompts.
    public var laneOverlap: LaneOverlapSetting
    /// Engines of a lane kept in memory, the one that serves included; nil: as many as fit where that can be told.
    public var residentLanes: Int?
    /// Context length per slot, tokens.
    public var contextTokens: Int
    /// Passed to llama-server after Draftspool's own arguments.
    public var extraArguments: [String]
    /// How long an engine may take from its start until it answers.
    public var startTimeout: Duration
    /// How long an engine may take to end after SIGTERM.
    public var stopTimeout: Duration
    /// The longest a single generation may take.
    public var requestTimeout: Duration
    /// How long the engine may show no sign of life before it is given up; zero: for ever.
    public var stallTimeout: Duration
    /// Base URL of an OpenAI-compatible server to use in place of a managed llama-server; empty for none.
    public var endpoint: String
    /// The draft depth it runs at.
    public var depth: EngineDepth
    /// The file that holds the bearer token for the endpoint; empty for none.
    public var endpointKeyFile: String
    /// Headers added to each request to the endpoint, by name. Their values may be secret.
    public var endpointHeaders: [String: String]
    /// The file with the certificates of the authorities that the endpoint is trusted by; empty: the system's.
    public var endpointCAFile: String
    /// The file with the client's certificate that the endpoint asks for; empty for none.
    public var endpointCertificateFile: String
    /// The file with the private key of that certificate; empty where there is none.
    public var endpointCertificateKeyFile: String
    /// The most requests a minute sent to the endpoint; nil: no limit.
    public var endpointRequestsPerMinute: Int?
}

/// Where an engine's draft depth comes from.
public enum EngineDepth: Sendable, Equatable {
    /// The daemon starts the engine, and chooses.
    case chosen
    /// It has the one.
    case fixed(Int)
    /// Each request says its own (`speculative.n_max`).
    case perRequest
    /// A server run by others decides, and says nothing of it.
    case server
}
