import Foundation
import PromptBatch

/// Ends batches: writes their output in input order and puts their input away.
///
/// Every step is a rename or is recorded before it is taken, so that after a crash publishing goes on where it
/// stopped.
public struct BatchPublisher: Sendable {
    private let ledger: Ledger
    public let layout: SpoolLayout

    public init(ledger: Ledger, layout: SpoolLayout) {
        self.ledger = ledger
        self.layout = layout
    }

    /// Writes `output/NAME/` and moves the input to `done/`.
    ///
    /// - Returns: The summary and the output directory.
    public func publish(_ batch: BatchRecord) async throws(SpoolError) -> (BatchSummary, directory: String) {
        let finishedAt = Date()
        let staging = layout.output + "/.\(batch.id)\(Self.stagingSuffix)"
        let summary = try await write(batch, into: staging, finishedAt: finishedAt)
        let directory = try await place(staging, for: batch)
        try putAway(batch, into: layout.done)
        try await ledger.endBatch(batch.sequence, state: .done, at: finishedAt)
        try await ledger.sweepOutcomes(of: batch.sequence)
        return (summary, directory)
    }

    /// Moves a file of which not one prompt could be read to `failed/`, with `NAME.error.json` beside it.
    ///
    /// The report is written before the file is moved: a file in `failed/` is never without its reason. A file
    /// that is no longer in `active/` was moved before a crash, and only the ledger is brought up to date.
    ///
    /// - Returns: The file's path now; nil if it was moved before.
    @discardableResult
    public func reject(_ batch: BatchRecord, problems: [PromptProblem]) async throws(SpoolError) -> String? {
        let source = layout.inputDirectory(batch: batch.id) + "/" + batch.name
        var status = stat()
        let path = lstat(source, &status) == 0 ? try refuse(source, of: batch, problems: problems) : nil
        removeActiveDirectory(of: batch)
        try await ledger.endBatch(batch.sequence, state: .failed, at: Date())
        try await ledger.sweepOutcomes(of: batch.sequence)
        return path
    }

    private static let reportSuffix = ".error.json"

    /// Takes the first free name that leaves room for the report's suffix. A report without its input is that
    /// of a refusal which a crash interrupted, and is replaced.
    private func refuse(
        _ source: String, of batch: BatchRecord, problems: [PromptProblem]
    ) throws(SpoolError) -> String {
        let report = InputErrorReport(
            input: batch.name, problem: problems.first ?? .emptyFile, problems: Array(problems.dropFirst()))
        let bytes = report.serialized() + [UInt8(ascii: "\n")]
        let limit = SpoolLayout.maximumNameBytes - Self.reportSuffix.utf8.count
        for name in SpoolLayout.alternatives(to: batch.name, maximumBytes: limit) {
            let target = layout.failed + "/" + name
            var status = stat()
            if lstat(target, &status) == 0 { continue }
            try DurableFile.replace(target + Self.reportSuffix, with: bytes)
            if try DurableFile.renameIfFree(source, to: target) {
                try DurableFile.synchronizeDirectory(layout.failed)
                return target
            }
        }
        throw SpoolError(
            operation: "find a free name in", path: layout.failed, reason: "every alternative is taken",
            remedy: "tidy the directory")
    }

    /// Removes staged outputs that a crash left. Call it before anything is published: what is still to come is
    /// written anew.
    public func removeStaged() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: layout.output)) ?? []
        for name in names where name.hasPrefix(".") && name.hasSuffix(Self.stagingSuffix) {
            removeDirectory(layout.output + "/" + name)
        }
    }

    private static let stagingSuffix = ".part"

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
