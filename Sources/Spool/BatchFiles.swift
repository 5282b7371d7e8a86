import Foundation
import PromptBatch

/// Where the files of a batch are, as far as they are there.
public struct BatchFiles: Sendable {
    /// What an output directory has for every batch.
    public enum Output: String, Sendable, CaseIterable {
        case answers = "output.jsonl"
        case failures = "errors.jsonl"
        case records = "timing.jsonl"
    }

    public let batch: BatchRecord
    private let layout: SpoolLayout
    /// What they are on.
    public var disk: any Disk { layout.disk }

    public init(of batch: BatchRecord, in layout: SpoolLayout) {
        self.batch = batch
        self.layout = layout
    }

    /// The path of what was submitted; nil if it was taken away.
    public func input() throws(SpoolError) -> String? {
        switch batch.state {
        case .ingesting, .running, .publishing:
            let path = layout.inputDirectory(batch: batch.id) + "/" + batch.name
            return try layout.disk.exists(path) ? path : nil
        case .done: return try putAway(in: layout.done)
        case .failed: return try putAway(in: layout.failed)
        }
    }

    private func putAway(in directory: String) throws(SpoolError) -> String? {
        try layout.name(ofInputOf: batch, in: directory).map { directory + "/" + $0 }
    }

    /// The output directory of a finished batch; nil if it was taken away. Another batch may have the name by now.
    public func outputDirectory() throws(SpoolError) -> String? {
        guard try summary() != nil, let name = batch.outputName else { return nil }
        return layout.output + "/" + name
    }

    /// What the output of a finished batch says of it; nil if it was taken away.
    public func summary() throws(SpoolError) -> BatchSummary? {
        guard batch.state == .done, let name = batch.outputName else { return nil }
        let path = layout.output + "/" + name + "/summary.json"
        let summary: BatchSummary? = try BatchPublisher.read(path, on: layout.disk)
        return summary?.batchID == batch.id ? summary : nil
    }

    /// A file of a finished batch's output, opened; nil if it was taken away.
    public func open(_ output: Output) throws(SpoolError) -> InputFile? {
        guard let directory = try outputDirectory() else { return nil }
        do throws(SpoolError) {
            return try InputFile(path: directory + "/" + output.rawValue, on: layout.disk)
        } catch {
            guard error.code == ENOENT else { throw error }
            return nil
        }
    }

    /// Why the file was refused; nil if it was not, or the report was taken away.
    public func refusal() throws(SpoolError) -> InputErrorReport? {
        guard batch.state == .failed, let name = batch.putAwayName else { return nil }
        let path = layout.failed + "/" + name + BatchPublisher.reportSuffix
        let report: InputErrorReport? = try BatchPublisher.read(path, on: layout.disk)
        return report?.batchID == batch.id ? report : nil
    }
}
