import Foundation

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
    public func pruneDone(_ limit: RetentionLimit, now: Date = Date()) throws(SpoolError) -> [String] {
        try prune(layout.done, limit, now: now, entry: KeptEntry.file) { (name) throws(SpoolError) in
            guard unlink(name.path(in: layout.done)) == 0 || errno == ENOENT else {
                throw SpoolError(operation: "remove", path: layout.done + "/" + name.text)
            }
        }
    }

    /// Removes directories from `output/`; each vanishes as a whole, by a rename to a hidden name.
    ///
    /// - Returns: The names removed.
    public func pruneOutput(_ limit: RetentionLimit, now: Date = Date()) throws(SpoolError) -> [String] {
        try prune(layout.output, limit, now: now, entry: KeptEntry.output) { (name) throws(SpoolError) in
            let hidden = layout.output + "/.pruned-\(UInt64.random(in: .min ... .max)).part"
            guard rename(name.path(in: layout.output), hidden) == 0 else {
                throw SpoolError(operation: "remove", path: layout.output + "/" + name.text)
            }
            do { try FileManager.default.removeItem(atPath: hidden) } catch {
                throw SpoolError(
                    operation: "remove", path: hidden, reason: error.localizedDescription,
                    remedy: "remove it by hand")
            }
        }
    }

    /// Forgets finished batches and their prompts.
    ///
    /// - Returns: How many batches were forgotten.
    public func pruneLedger(_ limit: RetentionLimit, now: Date = Date()) async throws(SpoolError) -> Int {
        var count = 0
        if let age = limit.age {
            let date = now.addingTimeInterval(-(age / .seconds(1)))
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
        _ directory: String, _ limit: RetentionLimit, now: Date,
        entry: (FileName, String) -> KeptEntry?, remove: (FileName) throws(SpoolError) -> Void
    ) throws(SpoolError) -> [String] {
        guard !limit.isUnlimited else { return [] }
        let entries = try FileName.list(directory).compactMap { entry($0, directory) }
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
