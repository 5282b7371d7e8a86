import Foundation
import PromptBatch

/// The output of a finished batch, as it lies in `output/`.
public struct PublishedOutput: Sendable {
    /// What there is for every batch.
    public enum Part: String, Sendable, CaseIterable {
        case answers = "output.jsonl"
        case failures = "errors.jsonl"
        case records = "timing.jsonl"
    }

    /// The path of its directory.
    public let directory: String
    public let summary: BatchSummary
    let disk: any Disk

    public func path(of part: Part) -> String { directory + "/" + part.rawValue }

    /// A file of it, opened; nil if it was taken away.
    public func open(_ part: Part) throws(SpoolError) -> InputFile? {
        do throws(SpoolError) { return try InputFile(path: path(of: part), on: disk) } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }
}
