import Foundation
import GRDB

/// An outcome as the ledger keeps it until it is published.
public struct StoredOutcome: Sendable {
    public let line: Int
    public let isSuccess: Bool
    /// The line never became a prompt.
    public let isUnreadable: Bool
    public let outputLine: [UInt8]
    public let timingLine: [UInt8]?
    public let answer: String?
}

extension StoredOutcome: FetchableRecord {
    public init(row: Row) throws {
        line = row["line"]
        isSuccess = row["state"] == Ledger.State.answered.rawValue
        isUnreadable = row["is_unreadable"]
        outputLine = [UInt8]((row["output"] as Data?) ?? Data())
        timingLine = (row["timing"] as Data?).map { [UInt8]($0) }
        answer = row["answer"]
    }
}
