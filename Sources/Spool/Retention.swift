import Foundation
import PromptBatch
import SystemPackage

/// Removes old inputs, outputs and rows of the ledger, as far as the configuration says so.
public struct Retention: Sendable {
    private static let batchesAtOnce = 64

    private let layout: SpoolLayout
    private let ledger: Ledger

    public init(layout: SpoolLayout, ledger: Ledger) {
        self.layout = layout
        self.ledger = ledger
    }

    /// Removes files from `done/`.
    ///
    /// - Returns: The names removed.
    public func pruneDone(_ limit: RetentionLimit, now: Date? = nil) throws(SpoolError) -> [String] {
        try prune(layout.done, limit, now: now, entry: KeptEntry.file) { (name) throws(SpoolError) in
            do throws(SpoolError) { try layout.disk.remove(name.path(in: layout.done)) } catch {
                guard error.code == ENOENT else { throw error }
            }
        }
    }

    /// Removes directories from `output/`; each vanishes as a whole, by a rename to a hidden name. That of a batch whose
    /// publishing has not come to its end stays, or it would be published again.
    ///
    /// - Returns: The names removed.
    public func pruneOutput(
        _ limit: RetentionLimit, now: Date? = nil
    ) async throws(SpoolError) -> [String] {
        guard !limit.isUnlimited else { return [] }
        let publishing = Set(try await ledger.publishingBatches())
        return try prune(layout.output, limit, now: now) { name, directory, disk in
            guard let entry = KeptEntry.output(name, in: directory, on: disk) else { return nil }
            guard !publishing.isEmpty else { return entry }
            let path = directory + "/" + name.text + "/summary.json"
            let summary: BatchSummary? = (try? BatchPublisher.read(path, on: disk)) ?? nil
            guard let batch = summary?.batchID, !publishing.contains(batch) else { return nil }
            return entry
        } remove: { (name) throws(SpoolError) in
            let hidden = layout.output + "/.pruned-\(layout.disk.uniqueNumber()).part"
            try layout.disk.rename(name.path(in: layout.output), to: FilePath(hidden))
            // Or a power cut brings back the name with a part of its files.
            try layout.disk.synchronize(directory: FilePath(layout.output))
            layout.disk.removeTree(hidden)
        }
    }

    /// Forgets finished batches and their prompts.
    ///
    /// - Returns: How many batches were forgotten.
    public func pruneLedger(_ limit: RetentionLimit, now: Date? = nil) async throws(SpoolError) -> Int {
        var count = 0
        if let age = limit.age {
            let date = (now ?? layout.disk.now).addingTimeInterval(-(age / .seconds(1)))
            count += try await forget { (ledger) throws(SpoolError) in
                try await ledger.oldestFinishedBatches(before: date, limit: Self.batchesAtOnce)
            }
        }
        if let bytes = limit.bytes {
            count += try await forget { (ledger) throws(SpoolError) in
                try await ledger.usedBytes() > bytes ? try await ledger.oldestFinishedBatches(limit: 1) : []
            }
        }
        return count
    }

    private func forget(
        _ next: (Ledger) async throws(SpoolError) -> [BatchRecord]
    ) async throws(SpoolError) -> Int {
        var count = 0
        while true {
            let batches = try await next(ledger)
            guard !batches.isEmpty else { return count }
            for batch in batches { try await ledger.deleteBatch(batch.sequence) }
            count += batches.count
        }
    }

    private func prune(
        _ directory: String, _ limit: RetentionLimit, now: Date?,
        entry: (FileName, String, any Disk) -> KeptEntry?, remove: (FileName) throws(SpoolError) -> Void
    ) throws(SpoolError) -> [String] {
        guard !limit.isUnlimited else { return [] }
        let now = now ?? layout.disk.now
        let entries = try layout.disk.list(FilePath(directory)).compactMap {
            entry($0, directory, layout.disk)
        }
        .sorted { $0.date < $1.date }
        var total = entries.reduce(0) { $0 + $1.bytes }
        var removed: [String] = []
        for entry in entries {
            let isOld = limit.age.map { now.timeIntervalSince(entry.date) > $0 / .seconds(1) } ?? false
            let isTooMuch = limit.bytes.map { total > $0 } ?? false
            guard isOld || isTooMuch else { break }
            try remove(entry.name)
            total -= entry.bytes
            removed.append(entry.name.text)
        }
        return removed
    }
}

/// How long and how much is kept.
public struct RetentionLimit: Sendable, Hashable {
    /// Older entries go; nil: none goes for its age.
    public var age: Duration?
    /// While there is more, the oldest go; nil: none goes for its size.
    public var bytes: Int?

    public init(age: Duration?, bytes: Int?) {
        self.age = age
        self.bytes = bytes
    }

    /// Everything is kept.
    public var isUnlimited: Bool { age == nil && bytes == nil }
}

/// A file of `done/` or a directory of `output/`, as retention sees it.
private struct KeptEntry: Sendable {
    let name: FileName
    let bytes: Int
    /// When it was put there.
    let date: Date

    /// A regular file; its time is that of the rename which put it there, not that of its content.
    static func file(_ name: FileName, in directory: String, on disk: any Disk) -> KeptEntry? {
        guard let status = (try? disk.status(of: name.path(in: directory))) ?? nil, status.kind == .regular
        else { return nil }
        return KeptEntry(name: name, bytes: status.size, date: status.changedAt)
    }

    /// A published output: a directory with a `summary.json`. Anything else is not the daemon's to remove.
    static func output(_ name: FileName, in directory: String, on disk: any Disk) -> KeptEntry? {
        let path = directory + "/" + name.text
        guard !name.text.hasPrefix("."),
            let summary = (try? disk.status(of: FilePath(path + "/summary.json"))) ?? nil,
            summary.kind == .regular
        else { return nil }
        let bytes = ((try? disk.list(FilePath(path))) ?? []).reduce(0) { sum, file in
            sum + (((try? disk.status(of: file.path(in: path))) ?? nil)?.size ?? 0)
        }
        return KeptEntry(name: name, bytes: bytes, date: summary.modifiedAt)
    }
}
