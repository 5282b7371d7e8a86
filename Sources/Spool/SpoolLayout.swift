import Foundation
import PromptBatch

/// The directories of one spool, the names used in them, and the disk they are on.
public struct SpoolLayout: Sendable {
    /// Absolute path of the spool.
    public let root: String
    public let disk: any Disk

    public init(root: String, disk: any Disk = LinuxDisk()) {
        self.root = root
        self.disk = disk
    }

    /// Files are dropped here.
    public var incoming: String { root + "/incoming" }
    /// One directory a running batch.
    public var active: String { root + "/active" }
    /// One directory a finished batch.
    public var output: String { root + "/output" }
    /// Input files after success.
    public var done: String { root + "/done" }
    /// Input files of which not one prompt could be read.
    public var failed: String { root + "/failed" }
    /// Requests of people to the daemon, and its replies; see ``ControlRequest``.
    public var control: String { root + "/control" }
    /// What clients of the API have uploaded, and the batches that they asked for; made when there is something.
    public var api: String { root + "/api" }
    /// What the daemon is doing now; see ``SpoolStatus``.
    public var statusFile: String { root + "/status.json" }

    /// Creates what is missing. Only the owner and the group may look in; the group may drop into `incoming`.
    ///
    /// - Throws: ``SpoolError`` if a directory cannot be created or is no directory.
    public func create() throws(SpoolError) {
        for (path, mode) in [
            (root, mode_t(0o750)), (incoming, 0o770), (control, 0o770), (active, 0o750), (output, 0o750),
            (done, 0o750),
            (failed, 0o750),
        ] {
            if mkdir(path, mode) == 0 {
                // The umask must not keep the group from dropping files.
                guard chmod(path, mode) == 0 else {
                    throw SpoolError(operation: "set the permissions of", path: path)
                }
                continue
            }
            let code = errno
            var status = stat()
            if code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { continue }
            guard code == ENOENT else {
                throw SpoolError(operation: "create directory", path: path, code: code)
            }
            try createParents(of: path, mode: mode)
        }
    }

    private func createParents(of path: String, mode: mode_t) throws(SpoolError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: Int(mode)])
        } catch {
            throw SpoolError(
                operation: "create directory", path: path, reason: error.localizedDescription,
                remedy: "create it, or name another spool with --spool")
        }
    }

    /// The directory of a running batch.
    public func activeDirectory(batch id: String) -> String { active + "/" + id }

    /// The directory of a running batch's input, apart from the results so far, whatever the input is called.
    public func inputDirectory(batch id: String) -> String { activeDirectory(batch: id) + "/input" }

    /// The longest name of a file, bytes: NAME_MAX of Linux's file systems.
    public static let maximumNameBytes = 255

    /// `name`, then `stem-2.suffix`, `stem-3.suffix`, …; stems are cut where a name would be too long.
    public static func alternatives(
        to name: String, maximumBytes: Int = maximumNameBytes
    ) -> some Sequence<String> {
        let stem = FileStem(of: name).text
        return alternatives(
            toStem: stem, suffix: String(name.dropFirst(stem.count)), maximumBytes: maximumBytes)
    }

    /// `stem` + `suffix`, then `stem-2` + `suffix`, …; stems are cut where a name would be too long.
    public static func alternatives(
        toStem stem: String, suffix: String = "", maximumBytes: Int = maximumNameBytes
    ) -> some Sequence<String> {
        sequence(state: 0) { counter -> String? in
            counter += 1
            if counter == 1, stem.utf8.count + suffix.utf8.count <= maximumBytes { return stem + suffix }
            let number = counter == 1 ? "" : "-\(counter)"
            let ending = number + shortened(suffix, toBytes: maximumBytes / 2)
            return shortened(stem, toBytes: maximumBytes - ending.utf8.count) + ending
        }
    }

    /// The longest beginning of `text` that is whole characters and takes at most `limit` bytes.
    static func shortened(_ text: String, toBytes limit: Int) -> String {
        var short = text
        while short.utf8.count > limit { short.removeLast() }
        return short
    }

    /// Whether files of this name are work in progress or hidden, and so left alone.
    public static func isIgnored(name: String) -> Bool {
        name.hasPrefix(".") || name.hasSuffix(".part") || name.hasSuffix(".tmp") || name.hasSuffix("~")
    }
}
