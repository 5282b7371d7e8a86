import Foundation
import PromptBatch

/// Where the files of a batch are, as far as they are there.
public struct BatchFiles: Sendable {
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

    /// The output of a finished batch; nil if it was taken away. Another batch may have the name by now.
    public func output() throws(SpoolError) -> PublishedOutput? {
        guard batch.state == .done, let name = batch.outputName else { return nil }
        let directory = layout.output + "/" + name
        let summary: BatchSummary? = try BatchPublisher.read(directory + "/summary.json", on: layout.disk)
        guard let summary, summary.batchID == batch.id else { return nil }
        return PublishedOutput(directory: directory, summary: summary, disk: layout.disk)
    }

    /// Why the file was refused; nil if it was not, or the report was taken away.
    public func refusal() throws(SpoolError) -> InputErrorReport? {
        guard batch.state == .failed, let name = batch.putAwayName else { return nil }
        let path = layout.failed + "/" + name + BatchPublisher.reportSuffix
        let report: InputErrorReport? = try BatchPublisher.read(path, on: layout.disk)
        return report?.batchID == batch.id ? report : nil
    }
}
