import Foundation
import Synchronization
import SystemPackage

/// A running batch's results so far, in `active/ID/`, in the order in which they came.
///
/// They are for reading along; the ledger is the record, and publishing does not look at them.
public struct FollowFiles: Sendable {
    private static let flushThreshold = 1 << 18

    private let directory: String
    private let disk: any Disk

    public init(layout: SpoolLayout, batchID: String) {
        disk = layout.disk
        directory = layout.activeDirectory(batch: batchID)
    }

    /// Writes anew what the ledger has, after a restart; as far as the disk lets it, and unless the batch is being
    /// published.
    public func rebuild(from ledger: Ledger, batch: Int64) async {
        try? await write(from: ledger, batch: batch)
    }

    private func write(from ledger: Ledger, batch: Int64) async throws(SpoolError) {
        try remove()
        let lines = Mutex(FollowLines())
        let (directory, disk) = (directory, disk)
        try await ledger.forEachOutcome(of: batch, isWhole: false) { outcome in
            try lines.withLock { lines in
                lines.add(
                    isSuccess: outcome.isSuccess, output: outcome.outputLine, timing: outcome.timingLine)
                if lines.byteCount >= Self.flushThreshold { try lines.append(to: directory, on: disk) }
            }
        }
        try lines.withLock { lines throws(SpoolError) in try lines.append(to: directory, on: disk) }
    }

    /// Takes the files away.
    func remove() throws(SpoolError) {
        for name in FollowLines.names {
            do throws(SpoolError) { try disk.remove(FilePath(directory + "/" + name)) } catch {
                guard [ENOENT, ENOTDIR].contains(error.code) else { throw error }
            }
        }
    }

    /// Appends results that the ledger has recorded.
    public func append(_ outcomes: [PromptOutcome]) throws(SpoolError) {
        var lines = FollowLines()
        for outcome in outcomes {
            lines.add(isSuccess: outcome.isSuccess, output: outcome.outputLine, timing: outcome.timingLine)
        }
        try lines.append(to: directory, on: disk)
    }
}

/// Lines on their way to a batch's results so far, gathered so that each file is opened once for many.
private struct FollowLines: Sendable {
    static let names = ["output.jsonl", "errors.jsonl", "timing.jsonl"]

    private var lines: [[UInt8]] = [[], [], []]

    var byteCount: Int { lines.reduce(0) { $0 + $1.count } }

    mutating func add(isSuccess: Bool, output: [UInt8], timing: [UInt8]?) {
        append(output, to: isSuccess ? 0 : 1)
        if let timing { append(timing, to: 2) }
    }

    /// Appends what was gathered to the files in `directory` and forgets it.
    mutating func append(to directory: String, on disk: any Disk) throws(SpoolError) {
        for (index, name) in Self.names.enumerated() where !lines[index].isEmpty {
            let writer = try FileWriter(creating: directory + "/" + name, on: disk, .appended)
            try writer.write(lines[index])
            try writer.flush()
            lines[index].removeAll(keepingCapacity: true)
        }
    }

    private mutating func append(_ line: [UInt8], to index: Int) {
        lines[index].append(contentsOf: line)
        lines[index].append(UInt8(ascii: "\n"))
    }
}
