import FoundationEssentials
import JSON

/// What `summary.json` says of a finished batch. ``BatchSummaryBuilder`` makes it.
public struct BatchSummary: Hashable, Sendable {
    public var batchID: String
    /// The name of the input file.
    public var input: String
    /// The input file, as it was when the batch ended; nil if somebody had taken it away, and in summaries of earlier
    /// versions.
    public var inputFile: FileIdentity?
    public var format: BatchFormat
    /// The engine of the last prompt, nil when none ran.
    public var engine: EngineIdentity?
    public var totals: SummaryTotals
    /// One row a workload and draft setting, in the order of the workloads, then by depth and p-min.
    public var table: [SummaryRow]
    /// When the batch was claimed.
    public var startedAt: Date
    /// When its last prompt was done.
    public var finishedAt: Date

    public init(
        batchID: String, input: String, inputFile: FileIdentity? = nil, format: BatchFormat,
        engine: EngineIdentity?, totals: SummaryTotals, table: [SummaryRow], startedAt: Date, finishedAt: Date
    ) {
        self.batchID = batchID
        self.input = input
        self.inputFile = inputFile
        self.format = format
        self.engine = engine
        self.totals = totals
        self.table = table
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }

    /// The summary as a JSON object, keys in the documented order.
    public var json: JSON {
        [
            "batch_id": .string(batchID), "input": .string(input),
            "input_inode": inputFile.map { .number(String($0.inode)) } ?? .null,
            "input_bytes": JSON(inputFile?.bytes),
            "input_modified_at": JSON(inputFile?.modifiedAt),
            "format": .string(format.rawValue),
            "engine": engine?.json ?? .null, "totals": totals.json, "table": .array(table.map(\.json)),
            "started_at": .string(RFC3339.string(from: startedAt)),
            "finished_at": .string(RFC3339.string(from: finishedAt)),
        ]
    }

    /// The summary as UTF-8 on one line, without a line end.
    public func serialized() -> [UInt8] { json.serialized() }
}

extension BatchSummary: Codable {
    private enum CodingKeys: String, CodingKey {
        case input, format, engine, totals, table
        case batchID = "batch_id"
        case inputInode = "input_inode"
        case inputBytes = "input_bytes"
        case inputModifiedAt = "input_modified_at"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        batchID = try container.decode(String.self, forKey: .batchID)
        input = try container.decode(String.self, forKey: .input)
        if let inode = try container.decodeIfPresent(UInt64.self, forKey: .inputInode),
            let bytes = try container.decodeIfPresent(Int.self, forKey: .inputBytes),
            let modifiedAt = try container.decodeIfPresent(String.self, forKey: .inputModifiedAt)
        {
            inputFile = FileIdentity(inode: inode, bytes: bytes, modifiedAt: modifiedAt)
        }
        format = try container.decode(BatchFormat.self, forKey: .format)
        engine = try container.decodeIfPresent(EngineIdentity.self, forKey: .engine)
        totals = try container.decode(SummaryTotals.self, forKey: .totals)
        table = try container.decode([SummaryRow].self, forKey: .table)
        startedAt = try RFC3339.decode(container, .startedAt)
        finishedAt = try RFC3339.decode(container, .finishedAt)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(batchID, forKey: .batchID)
        try container.encode(input, forKey: .input)
        try container.encodeIfPresent(inputFile?.inode, forKey: .inputInode)
        try container.encodeIfPresent(inputFile?.bytes, forKey: .inputBytes)
        try container.encodeIfPresent(inputFile?.modifiedAt, forKey: .inputModifiedAt)
        try container.encode(format, forKey: .format)
        try container.encodeIfPresent(engine, forKey: .engine)
        try container.encode(totals, forKey: .totals)
        try container.encode(table, forKey: .table)
        try container.encode(RFC3339.string(from: startedAt), forKey: .startedAt)
        try container.encode(RFC3339.string(from: finishedAt), forKey: .finishedAt)
    }
}
