import Foundation
import GRDB
import PromptBatch

/// The ledger's row of one batch.
public struct BatchRecord: Sendable, Hashable {
    /// Counts batches in the order of their claim.
    public let sequence: Int64
    /// The name of its directory in `active/`.
    public let id: String
    /// The name of the dropped file.
    public let name: String
    /// The dropped file's inode number, by which a submitter recognises its batch.
    public let inode: UInt64
    public var state: BatchState
    public var format: BatchFormat?
    /// When the file was claimed.
    public let claimedAt: Date
    /// When the first prompt was sent.
    public var startedAt: Date?
    public var finishedAt: Date?
    /// Name of its directory in `output/`, chosen when publishing begins.
    public var outputName: String?
    /// Prompts, including lines that could not be read.
    public var promptCount: Int
    public var answeredCount: Int
    public var failedCount: Int
    /// The highest priority of its prompts.
    public var priority: Int = 0
    /// Whether all its prompts are to be cancelled.
    public var isCancelled: Bool = false

    /// Whether the input is one `.txt` or `.md` prompt.
    public var isDocument: Bool { format == .text || format == .markdown }

    /// Prompts without an outcome.
    public var openCount: Int { promptCount - answeredCount - failedCount }
}

extension BatchRecord: FetchableRecord {
    public init(row: Row) throws {
        sequence = try row.value("seq")
        id = try row.value("id")
        name = try row.value("name")
        inode = UInt64(bitPattern: try row.value("inode"))
        let stateName: String = try row.value("state")
        guard let state = BatchState(rawValue: stateName) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a batch is in no known state")
        }
        self.state = state
        format = try row.optionalValue("format").flatMap(BatchFormat.init(rawValue:))
        claimedAt = Date(timeIntervalSince1970: try row.value("claimed_at"))
        startedAt = try row.optionalValue("started_at").map(Date.init(timeIntervalSince1970:))
        finishedAt = try row.optionalValue("finished_at").map(Date.init(timeIntervalSince1970:))
        outputName = try row.optionalValue("output_name")
        promptCount = try row.value("prompts")
        answeredCount = try row.value("answered")
        failedCount = try row.value("failed")
        priority = try row.value("priority")
        isCancelled = try row.value("is_cancelled")
    }
}
