import Foundation
import PromptBatch
import Spool

/// Finds out from the spool's directories how a batch ended.
struct BatchSearch: Sendable {
    /// Alternatives of a name that are looked at.
    private static let alternativesLookedAt = 1_000

    let layout: SpoolLayout

    /// The outcome that the daemon's status reports; nil while the batch is open.
    func outcome(of batch: SpoolStatus.Batch) -> BatchOutcome? {
        switch batch.state {
        case .ingesting, .running, .publishing: return nil
        case .failed: return refusal(of: batch.name, inode: batch.inode)
        case .done:
            let directory = batch.outputDirectory ?? layout.output
            return BatchOutcome(
                name: batch.name, answered: batch.answered, failed: batch.failed, directory: directory,
                errorReport: nil, refusal: nil, summary: Self.summary(in: directory),
                expired: batch.expired ?? 0)
        }
    }

    /// The outcome of a dropped file that the status does not list any more; nil if it is not finished.
    func outcome(of drop: BatchDrop, since start: Date) -> BatchOutcome? {
        if path(named: drop.name, inode: drop.inode, in: layout.failed) != nil {
            return refusal(of: drop.name, inode: drop.inode)
        }
        guard path(named: drop.name, inode: drop.inode, in: layout.done) != nil else { return nil }
        let stems = SpoolLayout.alternatives(toStem: FileStem(of: drop.name).text)
        for stem in stems.prefix(Self.alternativesLookedAt) {
            let directory = layout.output + "/" + stem
            guard SpoolAccess.isDirectory(directory) else { break }
            guard let summary = Self.summary(in: directory), summary.input == drop.name,
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

    private func refusal(of name: String, inode: UInt64) -> BatchOutcome {
        let file = path(named: name, inode: inode, in: layout.failed) ?? layout.failed + "/" + name
        let path = file + ".error.json"
        let report = FileManager.default.contents(atPath: path)
            .flatMap { try? JSONDecoder().decode(InputErrorReport.self, from: $0) }
        let words = report.map { "\($0.problem.message) \($0.problem.remedy)" }
        return BatchOutcome(
            name: name, answered: 0, failed: report?.problems.count ?? 0, directory: nil, errorReport: path,
            refusal: words ?? "not one prompt could be read", summary: nil)
    }

    private func path(named name: String, inode: UInt64, in directory: String) -> String? {
        for candidate in SpoolLayout.alternatives(to: name).prefix(Self.alternativesLookedAt) {
            let path = directory + "/" + candidate
            var status = stat()
            guard lstat(path, &status) == 0 else { return nil }
            if UInt64(status.st_ino) == inode { return path }
        }
        return nil
    }
}
