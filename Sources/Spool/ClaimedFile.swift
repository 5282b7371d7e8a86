import Foundation
import SystemPackage

/// A dropped file that now belongs to the daemon: it stands in `active/ID/input/` under its own name.
public struct ClaimedFile: Sendable, Hashable {
    /// The batch's id and the name of its directory in `active/`.
    public let batchID: String
    /// The name it was dropped under.
    public let name: String
    /// Its path now.
    public let path: String
    public let inode: UInt64
    public let claimedAt: Date
    /// How it was known to be complete.
    public let closure: Closure

    /// Takes `name` out of `incoming/` by rename, so that exactly one taker wins. Reading it makes that last.
    ///
    /// Its content is synchronised first: who dropped it may not have waited for the disk, and a file that is no
    /// longer in `incoming/` must survive a power cut whole. Of a claim that failed, the batch's directories may be left,
    /// see ``removeDirectories(of:in:)``.
    ///
    /// - Returns: Nil if the file is gone.
    /// - Throws: ``SpoolError`` if it cannot be moved.
    public static func claim(
        _ name: FileName, as id: String, in layout: SpoolLayout, closure: Closure = .known
    ) throws(SpoolError) -> ClaimedFile? {
        let disk = layout.disk
        let source = name.path(in: layout.incoming)
        guard try synchronizeContent(of: name, in: layout), let status = try disk.status(of: source) else {
            return nil
        }
        let text = name.text
        let path = layout.inputDirectory(batch: id) + "/" + text
        try makeDirectories(for: id, in: layout, mayExist: false)
        do throws(SpoolError) {
            try disk.rename(source, to: FilePath(path))
        } catch {
            guard error.code == ENOENT else {
                throw SpoolError(operation: "claim", path: layout.incoming + "/" + text, code: error.code)
            }
            try removeDirectories(of: id, in: layout)
            return nil
        }
        // Between the look at it and the rename it may have been replaced, or opened again.
        let claimed = (try? disk.status(of: FilePath(path))) ?? nil
        if let claimed, claimed.inode != status.inode || claimed.modifiedAt != status.modifiedAt {
            try? disk.open(FilePath(path)).synchronize()
        }
        let isClosed = closure != .known || disk.hasWriter(FilePath(path)) == false
        return ClaimedFile(
            batchID: id, name: text, path: path, inode: (claimed ?? status).inode, claimedAt: disk.now,
            closure: isClosed ? closure : .announced)
    }

    /// Makes `active/ID/input/`.
    static func makeDirectories(
        for id: String, in layout: SpoolLayout, mayExist: Bool
    ) throws(SpoolError) {
        for path in [layout.activeDirectory(batch: id), layout.inputDirectory(batch: id)] {
            do throws(SpoolError) {
                try layout.disk.makeDirectory(FilePath(path), mode: 0o750)
            } catch {
                guard mayExist, error.code == EEXIST else { throw error }
            }
        }
    }

    /// Removes `active/ID/` with the results so far, as far as nothing else is in it.
    public static func removeDirectories(of id: String, in layout: SpoolLayout) throws(SpoolError) {
        try FollowFiles(layout: layout, batchID: id).remove()
        for path in [layout.inputDirectory(batch: id), layout.activeDirectory(batch: id)] {
            do throws(SpoolError) { try layout.disk.removeDirectory(FilePath(path)) } catch {
                guard [ENOENT, ENOTEMPTY, ENOTDIR].contains(error.code) else { throw error }
            }
        }
    }

    /// Brings a dropped file's content to disk. What cannot be opened is left to be claimed all the same, so that
    /// its refusal says why.
    ///
    /// - Returns: False if the file is gone.
    private static func synchronizeContent(
        of name: FileName, in layout: SpoolLayout
    ) throws(SpoolError) -> Bool {
        do throws(SpoolError) {
            try layout.disk.open(name.path(in: layout.incoming)).synchronize()
            return true
        } catch {
            if error.isTemporary { throw error }
            return error.code != ENOENT
        }
    }

    /// Brings the claim to disk: the directories that it changed.
    func synchronize(on disk: any Disk) throws(SpoolError) {
        let directory = (path as NSString).deletingLastPathComponent
        let batchDirectory = (directory as NSString).deletingLastPathComponent
        let active = (batchDirectory as NSString).deletingLastPathComponent
        for directory in [directory, batchDirectory, active] {
            try disk.synchronize(directory: FilePath(directory))
        }
    }

    /// The files claimed before, found in `active/`; directories without an input are removed.
    public static func existing(in layout: SpoolLayout) throws(SpoolError) -> [ClaimedFile] {
        var files: [ClaimedFile] = []
        var isPutAwaySynced = false
        for id in try layout.disk.list(FilePath(layout.active)).map(\.text).sorted() {
            let directory = layout.inputDirectory(batch: id)
            guard let name = try names(in: directory, on: layout.disk).first else {
                // The input may have been put away without that having reached the disk.
                if !isPutAwaySynced {
                    for directory in [layout.done, layout.failed] {
                        try layout.disk.synchronize(directory: FilePath(directory))
                    }
                    isPutAwaySynced = true
                }
                try removeDirectories(of: id, in: layout)
                continue
            }
            let path = name.path(in: directory)
            guard let status = try layout.disk.status(of: path) else { continue }
            files.append(
                ClaimedFile(
                    batchID: id, name: name.text, path: path.string, inode: status.inode,
                    claimedAt: status.changedAt,
                    closure: layout.disk.hasWriter(path) == false ? .known : .quiet))
        }
        return files
    }

    /// A directory that cannot be read must not be taken for an empty one.
    private static func names(in directory: String, on disk: any Disk) throws(SpoolError) -> [FileName] {
        do throws(SpoolError) { return try disk.list(FilePath(directory)) } catch {
            guard error.code == ENOENT || error.code == ENOTDIR else { throw error }
            return []
        }
    }

    /// `20261123-225501-3fa9c1d2`: sorts by time, and does not repeat.
    public static func makeID(on disk: any Disk) -> String {
        makeID(now: disk.now, number: disk.uniqueNumber())
    }

    static func makeID(now: Date, number: UInt64) -> String {
        let formatter = Date.ISO8601FormatStyle(timeZone: .gmt)
            .year().month().day().dateSeparator(.omitted)
            .time(includingFractionalSeconds: false).timeSeparator(.omitted).dateTimeSeparator(.standard)
        let stamp = now.formatted(formatter).replacing("T", with: "-").replacing("Z", with: "")
        let random = String(UInt32(truncatingIfNeeded: number), radix: 16)
        return stamp + "-" + String(repeating: "0", count: 8 - random.count) + random
    }
}
