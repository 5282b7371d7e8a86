import Foundation

/// A running batch's results so far, in `active/ID/`, in the order in which they came.
///
/// They are for reading along; the ledger is the record, and publishing does not look at them.
public struct FollowFiles: Sendable {
    private static let names = ["output.jsonl", "errors.jsonl", "timing.jsonl"]

    private let directory: String

    public init(layout: SpoolLayout, batchID: String) {
        directory = layout.activeDirectory(batch: batchID)
    }

    /// Writes anew what the ledger has, after a restart.
    public func rebuild(from ledger: Ledger, batch: Int64) async throws(SpoolError) {
        remove()
        let directory = directory
        try await ledger.forEachOutcome(of: batch) { outcome in
            guard !outcome.outputLine.isEmpty else { return }
            try Self.append(
                directory, isSuccess: outcome.isSuccess, output: outcome.outputLine,
                timing: outcome.timingLine)
        }
    }

    /// Takes the files away.
    func remove() {
        for name in Self.names { unlink(directory + "/" + name) }
    }

    /// Appends results that the ledger has recorded.
    public func append(_ outcomes: [PromptOutcome]) throws(SpoolError) {
        for outcome in outcomes {
            try Self.append(
                directory, isSuccess: outcome.isSuccess, output: outcome.outputLine,
                timing: outcome.timingLine)
        }
    }

    private static func append(
        _ directory: String, isSuccess: Bool, output: [UInt8], timing: [UInt8]?
    ) throws(SpoolError) {
        let results = try FileWriter(
            creating: directory + (isSuccess ? "/output.jsonl" : "/errors.jsonl"), appending: true)
        try results.writeLine(output)
        try results.flush()
        guard let timing else { return }
        let timings = try FileWriter(creating: directory + "/timing.jsonl", appending: true)
        try timings.writeLine(timing)
        try timings.flush()
    }
}
