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
        line = try row.value("line")
        isSuccess = try row.value("state") == Ledger.State.answered.rawValue
        isUnreadable = try row.value("is_unreadable")
        let output: Data? = try row.optionalValue("output")
        guard let output, !output.isEmpty else { throw MissingOutcome(line: line) }
        outputLine = [UInt8](output)
        timingLine = try row.optionalValue("timing").map { (bytes: Data) in [UInt8](bytes) }
        answer = try row.optionalValue("answer")
    }
}

/// A line of a batch that should have its outcome and has none.
struct MissingOutcome: Error, CustomStringConvertible {
    let line: Int

    var description: String { "line \(line) has no outcome" }
}
