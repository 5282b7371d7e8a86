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
    /// When its time is over; nil: never.
    public var deadline: Date?
    /// Whether the deadline follows from a completion window, so that it is another one when the prompt is run again.
    public let hasWindow: Bool

    /// Whether its time is over.
    public func isOverdue(at now: Date) -> Bool { deadline.map { $0 <= now } ?? false }

    /// Whether it would have any time if it were run again: a window begins anew, an instant does not move.
    public func hasTimeAgain(at now: Date) -> Bool { hasWindow || !isOverdue(at: now) }
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
        deadline = try row.optionalValue("deadline").map(Date.init(timeIntervalSince1970:))
        let window: Int? = try row.optionalValue("window_seconds")
        hasWindow = window != nil
    }
}
