import Foundation
import PromptBatch
import Spool

/// Finds out how batches ended from the spool's directories, as these were when it was made.
struct BatchSearch: Sendable {
    private let layout: SpoolLayout
    private let done: FilesByInode
    private let failed: FilesByInode

    init(layout: SpoolLayout) {
        self.layout = layout
        done = FilesByInode(in: layout.done)
        failed = FilesByInode(in: layout.failed)
    }

    /// The outcome that the daemon's status reports; nil while the batch is open.
    static func outcome(of batch: SpoolStatus.Batch, in layout: SpoolLayout) -> BatchOutcome? {
        switch batch.state {
        case .ingesting, .running, .publishing: return nil
        case .failed:
            let file = FilesByInode(in: layout.failed)[batch.inode]
            return refusal(of: batch.name, file: file ?? layout.failed + "/" + batch.name)
        case .done:
            let directory = batch.outputDirectory ?? layout.output
            return BatchOutcome(
                name: batch.name, answered: batch.answered, failed: batch.failed, directory: directory,
                errorReport: nil, refusal: nil, summary: summary(in: directory), expired: batch.expired ?? 0)
        }
    }

    /// The outcome of a dropped file that the status does not list any more; nil if it is not finished.
    func outcome(of drop: BatchDrop, since start: Date) -> BatchOutcome? {
        if let file = failed[drop.inode] { return Self.refusal(of: drop.name, file: file) }
        guard done[drop.inode] != nil else { return nil }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: layout.output)) ?? []
        // Alternatives to a long name keep only its beginning.
        let beginning = FileStem(of: drop.name).text.prefix(20)
        for name in names where name.hasPrefix(beginning) {
            let directory = layout.output + "/" + name
            guard let summary = Self.summary(in: directory), summary.input == drop.name,
                summary.inputFile?.inode ?? drop.inode == drop.inode,
                summary.startedAt >= start.addingTimeInterval(-1)
            else { continue }
            return BatchOutcome(
                name: drop.name, answered: summary.totals.succeeded,
                failed: summary.totals.failed + summary.totals.unreadable, directory: directory,
                errorReport: nil, refusal: nil, summary: summary)
        }
        return nil
    }

    /// The contents of `summary.json`, nil if it is not there or not readable.
    static func summary(in directory: String) -> BatchSummary? {
        FileManager.default.contents(atPath: directory + "/summary.json")
            .flatMap { try? JSONDecoder().decode(BatchSummary.self, from: $0) }
    }

    /// - Parameter file: the path of the refused file.
    private static func refusal(of name: String, file: String) -> BatchOutcome {
        let path = file + ".error.json"
        let report = FileManager.default.contents(atPath: path)
            .flatMap { try? JSONDecoder().decode(InputErrorReport.self, from: $0) }
        let words = report.map { "\($0.problem.message) \($0.problem.remedy)" }
        return BatchOutcome(
            name: name, answered: 0, failed: report?.problems.count ?? 0, directory: nil, errorReport: path,
            refusal: words ?? "not one prompt could be read", summary: nil)
    }
}
