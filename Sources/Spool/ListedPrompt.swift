import Foundation
import GRDB

/// A line of a batch as it is listed: where it stands in the file, and what came of it as far as the ledger has that.
public struct ListedPrompt: Sendable {
    public enum State: Sendable {
        case waiting, answered, failed
        /// The line never became a prompt.
        case unreadable
    }

    public let line: Int
    public let customID: String?
    public let state: State
    /// Where it stands in the claimed file, bytes.
    public let offset: Int
    public let length: Int
    /// Of its bytes when they were claimed; nil if an older version recorded it.
    public let digest: UInt64?
    /// How often it was sent so far.
    public let attempts: Int
    /// The line for `output.jsonl` or `errors.jsonl`; nil if there is none yet, it stands in the output by now, or is longer
    /// than was asked for.
    public let outputLine: [UInt8]?
    /// The line for `timing.jsonl`, likewise.
    public let timingLine: [UInt8]?
    /// The output line's length, bytes; nil if the ledger has none.
    public let outputBytes: Int?
}

extension ListedPrompt: FetchableRecord {
    public init(row: Row) throws {
        line = try row.value("line")
        customID = try row.optionalValue("custom_id")
        state =
            switch Ledger.State(rawValue: try row.value("state")) {
            case .answered: .answered
            case .failed: try row.value("is_unreadable") ? .unreadable : .failed
            case .queued, nil: .waiting
            }
        offset = try row.value("offset")
        length = try row.value("length")
        digest = try row.optionalValue("digest").map { (bits: Int64) in UInt64(bitPattern: bits) }
        attempts = try row.value("attempts")
        outputLine = try row.optionalValue("output").map { (bytes: Data) in [UInt8](bytes) }
        timingLine = try row.optionalValue("timing").map { (bytes: Data) in [UInt8](bytes) }
        outputBytes = try row.optionalValue("bytes")
    }
}
