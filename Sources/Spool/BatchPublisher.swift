import Foundation
import PromptBatch
import SystemPackage

/// Ends batches: writes their output in input order and puts their input away.
///
/// Every step is a rename or is recorded before it is taken, so that after a crash publishing goes on where it
/// stopped. A step that was taken before the crash is brought to disk again: that its rename can be seen does not mean
/// that a power cut would not undo it.
public struct BatchPublisher: Sendable {
    private let ledger: Ledger
    public let layout: SpoolLayout
    private var disk: any Disk { layout.disk }
    private let isTold: @Sendable () -> Bool
    private let onEnd: @Sendable () async -> Void

    /// A publisher that asks `isTold` whether somebody is to be told of a batch that ends, and calls `onEnd` when the ledger
    /// has its end.
    public init(
        ledger: Ledger, layout: SpoolLayout, isTold: @escaping @Sendable () -> Bool = { false },
        onEnd: @escaping @Sendable () async -> Void = {}
    ) {
        self.ledger = ledger
        self.layout = layout
        self.isTold = isTold
        self.onEnd = onEnd
    }

    /// Writes `output/NAME/` and moves the input to `done/`. Only who was given the batch by
    /// ``Ledger/beginPublishing(_:)`` may call this, as often as it takes.
    ///
    /// - Returns: The summary and the output directory.
    /// - Throws: ``SpoolError`` if the disk fails, or if a line has no outcome, which it names.
    public func publish(_ batch: BatchRecord) async throws(SpoolError) -> (BatchSummary, directory: String) {
        let batch = try await ledger.batch(sequence: batch.sequence) ?? batch
        let finishedAt = disk.now
        let staging = layout.output + "/.\(batch.id)\(Self.stagingSuffix)"
        let summary: BatchSummary
        let directory: String
        if let name = batch.outputName, let published = try published(name, batch: batch) {
            (summary, directory) = (published, layout.output + "/" + name)
            disk.removeTree(staging)
            try disk.synchronize(directory: FilePath(layout.output))
        } else {
            summary = try await write(batch, into: staging, finishedAt: finishedAt)
            directory = try await place(staging, for: batch)
        }
        let name = try putAway(batch)
        try await ledger.endBatch(
            batch.sequence, state: .done, at: finishedAt, putAwayName: name, isToBeTold: isTold())
        await onEnd()
        try await ledger.sweepOutcomes(of: batch.sequence)
        return (summary, directory)
    }

    /// Puts the input of a finished batch away again, whose move a power cut has undone.
    public func putAwayAgain(_ batch: BatchRecord) async throws(SpoolError) {
        let name = try putAway(batch)
        try await ledger.endBatch(
            batch.sequence, state: .done, at: batch.finishedAt ?? disk.now, putAwayName: name)
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
        var path: String?
        if try disk.status(of: FilePath(source)) != nil {
            path = try refuse(source, of: batch, problems: problems)
        } else {
            try disk.synchronize(directory: FilePath(layout.failed))
        }
        try ClaimedFile.removeDirectories(of: batch.id, in: layout)
        try await ledger.endRefused(
            batch, at: disk.now, putAwayName: try layout.name(ofInputOf: batch, in: layout.failed),
            isToBeTold: isTold())
        await onEnd()
        try await ledger.sweepOutcomes(of: batch.sequence)
        return path
    }

    /// What the name of a refused file is continued by for the report beside it.
    public static let reportSuffix = ".error.json"
    private static let mostReportBytes = 16 << 20

    /// Takes the first name that is free for the input and for its report. A report of this very batch is that of a
    /// refusal which a crash interrupted.
    private func refuse(
        _ source: String, of batch: BatchRecord, problems: [PromptProblem]
    ) throws(SpoolError) -> String {
        let report = InputErrorReport(
            batchID: batch.id, input: batch.name, problem: problems.first ?? .emptyFile,
            problems: Array(problems.dropFirst()))
        let bytes = report.serialized() + [UInt8(ascii: "\n")]
        let limit = SpoolLayout.maximumNameBytes - Self.reportSuffix.utf8.count
        for name in SpoolLayout.alternatives(to: batch.name, maximumBytes: limit) {
            let target = layout.failed + "/" + name
            if try disk.exists(target) { continue }
            let isNew = try disk.createIfFree(target + Self.reportSuffix, with: bytes)
            if !isNew, try !Self.isReport(target + Self.reportSuffix, of: batch, on: disk) { continue }
            if try disk.renameIfFree(FilePath(source), to: FilePath(target)) {
                try disk.synchronize(directory: FilePath(layout.failed))
                return target
            }
            // Another refusal took the name meanwhile; its input must not stand beside a report that is not its own.
            try disk.remove(FilePath(target + Self.reportSuffix))
        }
        throw .noFreeName(in: layout.failed)
    }

    static func isReport(
        _ path: String, of batch: BatchRecord, on disk: any Disk
    ) throws(SpoolError) -> Bool {
        let report: InputErrorReport? = try read(path, on: disk)
        return report?.batchID == batch.id
    }

    /// Reads a JSON file of the daemon's own; nil if it is not there or is something else. That it cannot be read must
    /// not be taken for that.
    static func read<Content: Decodable>(
        _ path: String, on disk: any Disk
    ) throws(SpoolError) -> Content? {
        guard let status = try disk.status(of: FilePath(path)), status.kind == .regular,
            status.size <= mostReportBytes
        else { return nil }
        let bytes = try disk.contents(of: path, limit: mostReportBytes)
        return try? JSONDecoder().decode(Content.self, from: Data(bytes))
    }

    /// Removes staged outputs that a crash left. Call it before anything is published: what is still to come is
    /// written anew.
    public func removeStaged() {
        for name in (try? disk.list(FilePath(layout.output)))?.map(\.text) ?? []
        where name.hasPrefix(".") && name.hasSuffix(Self.stagingSuffix) {
            disk.removeTree(layout.output + "/" + name)
        }
    }

    private static let stagingSuffix = ".part"

    private func write(
        _ batch: BatchRecord, into directory: String, finishedAt: Date
    ) async throws(SpoolError) -> BatchSummary {
        disk.removeTree(directory)
        try disk.makeDirectory(FilePath(directory), mode: 0o750)
        let input = try disk.status(of: FilePath(layout.inputDirectory(batch: batch.id) + "/" + batch.name))
        let sink = try OutputSink(
            directory: directory, on: disk, batch: batch,
            inputFile: input.map {
                FileIdentity(inode: $0.inode, bytes: $0.size, modifiedAt: $0.modifiedAt)
            })
        try await ledger.forEachOutcome(of: batch.sequence, isWhole: true) { try sink.add($0) }
        let summary = try sink.finish(at: finishedAt)
        guard summary.totals.prompts + summary.totals.unreadable == batch.promptCount else {
            throw SpoolError(
                operation: "publish", path: directory,
                reason: "the ledger has \(summary.totals.prompts + summary.totals.unreadable) outcomes of "
                    + "\(batch.promptCount) lines of \(batch.name)",
                remedy: "the batch stays as it is; report this, and see the journal for what came before")
        }
        try disk.synchronize(directory: FilePath(directory))
        return summary
    }

    /// Renames the staged output to the first free name and records that name before the rename.
    private func place(_ staging: String, for batch: BatchRecord) async throws(SpoolError) -> String {
        for name in SpoolLayout.alternatives(toStem: FileStem(of: batch.name).text) {
            let target = layout.output + "/" + name
            if try disk.exists(target) { continue }
            try await ledger.recordOutputName(name, of: batch.sequence)
            if try disk.renameIfFree(FilePath(staging), to: FilePath(target)) {
                try disk.synchronize(directory: FilePath(layout.output))
                return target
            }
        }
        throw .noFreeName(in: layout.output)
    }

    /// The summary of the output that an earlier, interrupted publishing of this very batch placed.
    private func published(_ name: String, batch: BatchRecord) throws(SpoolError) -> BatchSummary? {
        let summary: BatchSummary? = try Self.read(layout.output + "/\(name)/summary.json", on: disk)
        return summary?.batchID == batch.id ? summary : nil
    }

    /// - Returns: The input's name in `done/`; nil if somebody took the file away.
    private func putAway(_ batch: BatchRecord) throws(SpoolError) -> String? {
        let source = layout.inputDirectory(batch: batch.id) + "/" + batch.name
        let name: String?
        if try disk.status(of: FilePath(source)) != nil {
            name = try disk.move(source, into: layout.done, as: batch.name)
        } else {
            name = try layout.name(ofInputOf: batch, in: layout.done)
            try disk.synchronize(directory: FilePath(layout.done))
        }
        try ClaimedFile.removeDirectories(of: batch.id, in: layout)
        return name
    }
}

extension SpoolLayout {
    /// The name of a batch's input in `done/` or `failed/`, found by its inode number.
    public func name(ofInputOf batch: BatchRecord, in directory: String) throws(SpoolError) -> String? {
        func isInput(_ name: FileName) throws(SpoolError) -> Bool {
            try disk.status(of: name.path(in: directory))?.inode == batch.inode
        }
        if let name = batch.putAwayName, try isInput(FileName(name)) { return name }
        if try isInput(FileName(batch.name)) { return batch.name }
        for name in try disk.list(FilePath(directory)) where try isInput(name) { return name.text }
        return nil
    }
}
