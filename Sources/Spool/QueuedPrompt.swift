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
        key = PromptKey(batch: try row.value("batch"), line: try row.value("line"))
        customID = try row.value("custom_id")
        offset = try row.value("offset")
        length = try row.value("length")
        digest = try row.optionalValue("digest").map { (bits: Int64) in UInt64(bitPattern: bits) }
        group = try row.value("grp")
        traits = [UInt8](try row.optionalValue("traits") ?? Data())
        attempts = try row.value("attempts")
        priority = try row.value("priority")
    }
}
