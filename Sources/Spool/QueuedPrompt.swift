import Foundation
import GRDB

/// A prompt that waits for its answer.
public struct QueuedPrompt: Sendable, Hashable {
    public let key: PromptKey
    public let customID: String
    /// Where the prompt stands in the claimed file, bytes.
    public let offset: Int
    public let length: Int
    /// Of its bytes when they were claimed; nil if an older version recorded it.
    public let digest: UInt64?
    public let group: String
    public let traits: [UInt8]
    /// How often it was sent so far.
    public var attempts: Int
    public let priority: Int
}

extension QueuedPrompt: FetchableRecord {
    public init(row: Row) throws {
        key = PromptKey(batch: row["batch"], line: row["line"])
        customID = row["custom_id"]
        offset = row["offset"]
        length = row["length"]
        digest = (row["digest"] as Int64?).map { UInt64(bitPattern: $0) }
        group = row["grp"]
        traits = [UInt8]((row["traits"] as Data?) ?? Data())
        attempts = row["attempts"]
        priority = row["priority"]
    }
}
