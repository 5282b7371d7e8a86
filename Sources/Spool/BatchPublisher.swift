import Foundation
import PromptBatch

/// Ends batches: writes their output in input order and puts their input away.
///
/// Every step is a rename or is recorded before it is taken, so that after a crash publishing goes on where it
/// stopped.
public struct BatchPublisher: Sendable {
    private let ledger: Ledger
    private let layout: SpoolLayout

    public init(ledger: Ledger, layout: SpoolLayout) {
        self.ledger = ledger
        self.layout = layout
    }

    /// Writes `output/NAME/` and moves the input to `done/`.
    ///
    /// - Returns: The summary and the output directory.
    public func publish(_ batch: BatchRecord) async throws(SpoolError) -> (BatchSummary, directory: String) {
        let finishedAt = Date()
        let staging = layout.output + "/.\(batch.id).part"
        let summary = try await write(batch, into: staging, finishedAt: finishedAt)
        let directory = try await place(staging, for: batch)
        try putAway(batch, into: layout.done)
        try await ledger.endBatch(batch.sequence, state: .done, at: finishedAt)
        try await ledger.sweepOutcomes(of: batch.sequence)
        return (summary, directory)
    }

    /// Moves a file of which not one prompt could be read to `failed/`, with `NAME.error.json` beside it.
    ///
    /// - Returns: The file's path now.
    public func reject(_ batch: BatchRecord, problems: [PromptProblem]) async throws(SpoolError) -> String {
        let name = try moveToFailed(batch)
        let problem = problems.first ?? .emptyFile
        let report = InputErrorReport(
            input: batch.name, problem: problem, problems: Array(problems.dropFirst()))
        try DurableFile.replace(
            layout.failed + "/" + name + Self.reportSuffix,
            with: report.serialized() + [UInt8(ascii: "\n")])
        removeActiveDirectory(of: batch)
        try await ledger.endBatch(batch.sequence, state: .failed, at: Date())
        try await ledger.sweepOutcomes(of: batch.sequence)
        return layout.failed + "/" + name
    }

    private static let reportSuffix = ".error.json"

    /// Moves the input to a name that leaves room for the report's suffix; finds it if that was already done.
    private func moveToFailed(_ batch: BatchRecord) throws(SpoolError) -> String {
        let limit = SpoolLayout.maximumNameBytes - Self.reportSuffix.utf8.count
        let source = layout.inputDirectory(batch: batch.id) + "/" + batch.name
        var status = stat()
        if lstat(source, &status) == 0 {
            return try DurableFile.move(source, into: layout.failed, as: batch.name, maximumBytes: limit)
        }
        for candidate in SpoolLayout.alternatives(to: batch.name, maximumBytes: limit) {
            guard lstat(layout.failed + "/" + candidate, &status) == 0 else { break }
            if UInt64(status.st_ino) == batch.inode { return candidate }
        }
        return batch.id
    }

    private func write(
        _ batch: BatchRecord, into directory: String, finishedAt: Date
    ) async throws(SpoolError) -> BatchSummary {
        removeDirectory(directory)
        guard mkdir(directory, 0o750) == 0 else {
            throw SpoolError(operation: "create directory", path: directory)
        }
        let sink = try OutputSink(directory: directory, batch: batch)
        try await ledger.forEachOutcome(of: batch.sequence) { try sink.add($0) }
        let summary = try sink.finish(at: finishedAt)
        try DurableFile.synchronizeDirectory(directory)
        return summary
    }

    /// Renames the staged output to the first free name and records that name before the rename.
    private func place(_ staging: String, for batch: BatchRecord) async throws(SpoolError) -> String {
        if let name = batch.outputName, isPublished(name, batch: batch) {
            removeDirectory(staging)
            return layout.output + "/" + name
        }
        for name in SpoolLayout.alternatives(toStem: SpoolLayout.stem(of: batch.name)) {
            let target = layout.output + "/" + name
            if FileManager.default.fileExists(atPath: target) { continue }
            try await ledger.recordOutputName(name, of: batch.sequence)
            if try DurableFile.renameIfFree(staging, to: target) {
                try DurableFile.synchronizeDirectory(layout.output)
                return target
            }
        }
        throw SpoolError(
            operation: "find a free name in", path: layout.output, reason: "every alternative is taken",
            remedy: "tidy the directory")
    }

    /// Whether an earlier, interrupted publishing of this very batch already placed its output.
    private func isPublished(_ name: String, batch: BatchRecord) -> Bool {
        guard let data = FileManager.default.contents(atPath: layout.output + "/\(name)/summary.json"),
            let summary = try? JSONDecoder().decode(BatchSummary.self, from: data)
        else { return false }
        return summary.batchID == batch.id
    }

    private func putAway(_ batch: BatchRecord, into directory: String) throws(SpoolError) {
        let source = layout.inputDirectory(batch: batch.id) + "/" + batch.name
        var status = stat()
        if lstat(source, &status) == 0 {
            _ = try DurableFile.move(source, into: directory, as: batch.name)
        }
        removeActiveDirectory(of: batch)
    }

    private func removeActiveDirectory(of batch: BatchRecord) {
        FollowFiles(layout: layout, batchID: batch.id).remove()
        rmdir(layout.inputDirectory(batch: batch.id))
        rmdir(layout.activeDirectory(batch: batch.id))
    }

    /// Removes staged output, which is always written by this daemon.
    private func removeDirectory(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }
}
