import Foundation
import Synchronization

/// A running batch's results so far, in `active/ID/`, in the order in which they came.
///
/// They are for reading along; the ledger is the record, and publishing does not look at them.
public struct FollowFiles: Sendable {
    private static let flushThreshold = 1 << 18

    private let directory: String

    public init(layout: SpoolLayout, batchID: String) {
        directory = layout.activeDirectory(batch: batchID)
    }

    /// Writes anew what the ledger has, after a restart.
    public func rebuild(from ledger: Ledger, batch: Int64) async throws(SpoolError) {
        remove()
        let lines = Mutex(FollowLines())
        let directory = directory
        try await ledger.forEachOutcome(of: batch) { outcome in
            guard !outcome.outputLine.isEmpty else { return }
            try lines.withLock { lines in
                lines.add(
                    isSuccess: outcome.isSuccess, output: outcome.outputLine, timing: outcome.timingLine)
                if lines.byteCount >= Self.flushThreshold { try lines.append(to: directory) }
            }
        }
        try lines.withLock { lines throws(SpoolError) in try lines.append(to: directory) }
    }

    /// Takes the files away.
    func remove() {
        for name in FollowLines.names { unlink(directory + "/" + name) }
    }

    /// Appends results that the ledger has recorded.
    public func append(_ outcomes: [PromptOutcome]) throws(SpoolError) {
        var lines = FollowLines()
        for outcome in outcomes {
            lines.add(isSuccess: outcome.isSuccess, output: outcome.outputLine, timing: outcome.timingLine)
        }
        try lines.append(to: directory)
    }
}
