import JSON
import FoundationEssentials

/// The sidecar record of one prompt in `timing.jsonl`: what was decided, why, and how it went.
///
/// The keys are stable and described by `docs/timing.schema.json`. A value that is not known, such as the draft
/// counts of an engine that reports none, is `null`, never left out.
public struct TimingRecord: Hashable, Sendable {
    /// The record's version: 1 had no such key, and an estimated speed-up from fitted step costs.
    public static let schema = 2

    /// The prompt's id.
    public var customID: String
    /// The line of the input file, 1-based.
    public var line: Int
    public var workload: WorkloadVerdict
    public var decision: DraftDecision
    public var engine: EngineIdentity
    public var tokens: TokenCounts
    public var timing: Durations
    public var speculation: SpeculationOutcome
    /// How many times the prompt was sent to an engine.
    public var attempts: Int
    /// When the attempt that counted was sent.
    public var startedAt: Date
    /// When its answer was complete.
    public var finishedAt: Date

    public init(
        customID: String, line: Int, workload: WorkloadVerdict, decision: DraftDecision,
        engine: EngineIdentity, tokens: TokenCounts, timing: Durations, speculation: SpeculationOutcome,
        attempts: Int, startedAt: Date, finishedAt: Date
    ) {
        self.customID = customID
        self.line = line
        self.workload = workload
        self.decision = decision
        self.engine = engine
        self.tokens = tokens
        self.timing = timing
        self.speculation = speculation
        self.attempts = attempts
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }

    /// The record as a JSON object, keys in the documented order, numbers rounded to what a reader can use.
    public var json: JSON {
        [
            "schema": JSON(Self.schema), "custom_id": .string(customID), "line": JSON(line),
            "workload": workload.json,
            "decision": decision.json, "engine": engine.json, "tokens": tokens.json, "timing": timing.json,
            "speculation": speculation.json, "attempts": JSON(attempts),
            "started_at": .string(RFC3339.string(from: startedAt)),
            "finished_at": .string(RFC3339.string(from: finishedAt)),
        ]
    }

    /// The record as one line of UTF-8 without a line end.
    public func serialized() -> [UInt8] { json.serialized() }
}

extension TimingRecord: Codable {
    private enum CodingKeys: String, CodingKey {
        case schema, line, workload, decision, engine, tokens, timing, speculation, attempts
        case customID = "custom_id"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        customID = try container.decode(String.self, forKey: .customID)
        line = try container.decode(Int.self, forKey: .line)
        workload = try container.decode(WorkloadVerdict.self, forKey: .workload)
        decision = try container.decode(DraftDecision.self, forKey: .decision)
        engine = try container.decode(EngineIdentity.self, forKey: .engine)
        tokens = try container.decode(TokenCounts.self, forKey: .tokens)
        timing = try container.decode(Durations.self, forKey: .timing)
        speculation = try container.decode(SpeculationOutcome.self, forKey: .speculation)
        attempts = try container.decode(Int.self, forKey: .attempts)
        startedAt = try RFC3339.decode(container, .startedAt)
        finishedAt = try RFC3339.decode(container, .finishedAt)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.schema, forKey: .schema)
        try container.encode(customID, forKey: .customID)
        try container.encode(line, forKey: .line)
        try container.encode(workload, forKey: .workload)
        try container.encode(decision, forKey: .decision)
        try container.encode(engine, forKey: .engine)
        try container.encode(tokens, forKey: .tokens)
        try container.encode(timing, forKey: .timing)
        try container.encode(speculation, forKey: .speculation)
        try container.encode(attempts, forKey: .attempts)
        try container.encode(RFC3339.string(from: startedAt), forKey: .startedAt)
        try container.encode(RFC3339.string(from: finishedAt), forKey: .finishedAt)
    }
}
