import Foundation

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

    /// Takes `name` out of `incoming/` by rename, so that exactly one taker wins. ``synchronize()`` makes that last.
    ///
    /// Its content is synchronised first: who dropped it may not have waited for the disk, and a file that is no
    /// longer in `incoming/` must survive a power cut whole.
    ///
    /// - Returns: Nil if the file is gone.
    /// - Throws: ``SpoolError`` if it cannot be moved.
    public static func claim(
        _ name: FileName, in layout: SpoolLayout, now: Date = Date()
    ) throws(SpoolError) -> ClaimedFile? {
        guard try synchronizeContent(of: name, in: layout.incoming) else { return nil }
        let id = makeID(now: now)
        let directory = layout.inputDirectory(batch: id)
        for path in [layout.activeDirectory(batch: id), directory] where mkdir(path, 0o750) != 0 {
            throw SpoolError(operation: "create directory", path: path)
        }
        let text = name.text
        let path = directory + "/" + text
        guard rename(name.path(in: layout.incoming), path) == 0 else {
            let error = SpoolError(operation: "claim", path: layout.incoming + "/" + text)
            rmdir(directory)
            rmdir(layout.activeDirectory(batch: id))
            if error.code == ENOENT { return nil }
            throw error
        }
        return ClaimedFile(
            batchID: id, name: text, path: path, inode: inode(of: path), claimedAt: now)
    }

    /// Brings a dropped file's content to disk. What cannot be opened is left to be claimed all the same, so that
    /// its refusal says why.
    ///
    /// - Returns: False if the file is gone.
    private static func synchronizeContent(
        of name: FileName, in directory: String
    ) throws(SpoolError) -> Bool {
        let descriptor = open(name.path(in: directory), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            let error = SpoolError(operation: "open", path: directory + "/" + name.text)
            if error.isTemporary { throw error }
            return error.code != ENOENT
        }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw SpoolError(operation: "synchronise", path: directory + "/" + name.text)
        }
        return true
    }

    /// Takes `name` out of `incoming/`; see ``claim(_:in:now:)-(FileName,_,_)``.
    public static func claim(
        _ name: String, in layout: SpoolLayout, now: Date = Date()
    ) throws(SpoolError) -> ClaimedFile? {
        try claim(FileName(name), in: layout, now: now)
    }

    /// Brings the claim to disk: the directories that it changed.
    func synchronize() throws(SpoolError) {
        let directory = (path as NSString).deletingLastPathComponent
        let batchDirectory = (directory as NSString).deletingLastPathComponent
        let active = (batchDirectory as NSString).deletingLastPathComponent
        for directory in [directory, batchDirectory, active] {
            try DurableFile.synchronizeDirectory(directory)
        }
    }

    /// The files claimed before, found in `active/`; directories without an input are removed.
    public static func existing(in layout: SpoolLayout) throws(SpoolError) -> [ClaimedFile] {
        let ids: [String]
        do {
            ids = try FileManager.default.contentsOfDirectory(atPath: layout.active).sorted()
        } catch {
            throw SpoolError(
                operation: "list", path: layout.active, reason: error.localizedDescription,
                remedy: "check its permissions")
        }
        var files: [ClaimedFile] = []
        for id in ids {
            let directory = layout.inputDirectory(batch: id)
            let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
            guard let name = names.first else {
                FollowFiles(layout: layout, batchID: id).remove()
                rmdir(directory)
                rmdir(layout.activeDirectory(batch: id))
                continue
            }
            var status = stat()
            let path = directory + "/" + name
            guard lstat(path, &status) == 0 else { continue }
            files.append(
                ClaimedFile(
                    batchID: id, name: name, path: path, inode: UInt64(status.st_ino),
                    claimedAt: Date(timeIntervalSince1970: Double(status.st_ctim.tv_sec))))
        }
        return files
    }

    private static func inode(of path: String) -> UInt64 {
        var status = stat()
        return lstat(path, &status) == 0 ? UInt64(status.st_ino) : 0
    }

    /// `20261123-225501-3fa9c1d2`: sorts by time, and does not repeat.
    private static func makeID(now: Date) -> String {
        let formatter = Date.ISO8601FormatStyle(timeZone: .gmt)
            .year().month().day().dateSeparator(.omitted)
            .time(includingFractionalSeconds: false).timeSeparator(.omitted).dateTimeSeparator(.standard)
        let stamp = now.formatted(formatter).replacing("T", with: "-").replacing("Z", with: "")
        let random = String(UInt32.random(in: .min ... .max), radix: 16)
        return stamp + "-" + String(repeating: "0", count: 8 - random.count) + random
    }
}
