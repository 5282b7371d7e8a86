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
    /// How its file was known to be complete.
    public var closure: Closure = .announced
    /// Where it begins in its file.
    public var start: ReadPosition = .beginning
    /// Where reading goes on if the file grows; nil if an earlier version read it.
    public var readPosition: ReadPosition?
    /// Bytes of the file that are accounted for; nil if an earlier version read it.
    public var seenBytes: Int?
    /// The input's name in `done/`.
    public var putAwayName: String?
    /// The batch of the same file that this one goes on from.
    public var continues: Int64?
    /// Of the failed prompts, those whose deadline had passed.
    public var expiredCount: Int = 0
    /// The soonest deadline of its prompts that wait, or one before it; nil if they have none.
    public var deadline: Date?
    /// What its file as a whole says of prompts that say nothing.
    public var fileDeadline: Deadline?
    /// What came of telling of its end; nil where nobody is to be told.
    public var hook: HookState?

    /// How long after its claim a batch without a deadline counts as due, seconds.
    static let usualSeconds = 86_400
    /// When it counts as due in the order in which batches are taken up.
    public var dueAt: Date { deadline ?? claimedAt.addingTimeInterval(Double(Self.usualSeconds)) }

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
        closure = Closure(rawValue: try row.value("closure")) ?? .quiet
        start = ReadPosition(bytes: try row.value("first_bytes"), lines: try row.value("first_lines"))
        if let bytes: Int = try row.optionalValue("read_bytes"),
            let lines: Int = try row.optionalValue("read_lines")
        {
            readPosition = ReadPosition(bytes: bytes, lines: lines)
        }
        seenBytes = try row.optionalValue("seen_bytes")
        putAwayName = try row.optionalValue("put_away")
        continues = try row.optionalValue("continues")
        hook = try row.optionalValue("hook").flatMap(HookState.init(rawValue:))
        expiredCount = try row.value("expired")
        deadline = try row.optionalValue("deadline").map(Date.init(timeIntervalSince1970:))
        if let seconds: Int = try row.optionalValue("file_window_seconds") {
            fileDeadline = .within(.seconds(seconds))
        } else {
            fileDeadline = try row.optionalValue("file_deadline").map { (seconds: Double) in
                .at(Date(timeIntervalSince1970: seconds))
            }
        }
    }
}
