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
        sequence = row["seq"]
        id = row["id"]
        name = row["name"]
        inode = UInt64(bitPattern: row["inode"] as Int64)
        state = BatchState(rawValue: row["state"]) ?? .running
        format = (row["format"] as String?).flatMap(BatchFormat.init(rawValue:))
        claimedAt = Date(timeIntervalSince1970: row["claimed_at"])
        startedAt = (row["started_at"] as Double?).map(Date.init(timeIntervalSince1970:))
        finishedAt = (row["finished_at"] as Double?).map(Date.init(timeIntervalSince1970:))
        outputName = row["output_name"]
        promptCount = row["prompts"]
        answeredCount = row["answered"]
        failedCount = row["failed"]
        priority = row["priority"]
        isCancelled = row["is_cancelled"]
    }
}
