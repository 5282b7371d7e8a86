import CLinux
import Foundation

/// Writes, renames and synchronises so that a crash leaves the old state or the new one.
public enum DurableFile {
    /// Replaces `path` by `bytes`: a synchronised temporary file, renamed over it.
    public static func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o640)
        throws(SpoolError)
    {
        let directory = (path as NSString).deletingLastPathComponent
        let temporary = directory + "/.\(getpid())-\(UInt32.random(in: .min ... .max)).tmp"
        do throws(SpoolError) {
            let writer = try FileWriter(creating: temporary, mode: mode)
            try writer.write(bytes)
            try writer.finish()
            guard rename(temporary, path) == 0 else {
                throw SpoolError(operation: "rename to", path: path)
            }
        } catch {
            unlink(temporary)
            throw error
        }
        try synchronizeDirectory(directory)
    }

    /// Makes renames in `directory` survive a power cut.
    public static func synchronizeDirectory(_ directory: String) throws(SpoolError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SpoolError(operation: "open directory", path: directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw SpoolError(operation: "synchronise directory", path: directory)
        }
    }

    /// Renames without ever replacing something that exists.
    ///
    /// - Returns: False if `target` exists.
    public static func renameIfFree(_ source: String, to target: String) throws(SpoolError) -> Bool {
        if linux_rename_no_replace(source, target) == 0 { return true }
        if errno == EEXIST || errno == ENOTEMPTY { return false }
        throw SpoolError(operation: "rename \(source) to", path: target)
    }

    /// Renames `source` into `directory` under `name` or the first free alternative of it.
    ///
    /// - Parameter maximumBytes: the longest name to take.
    /// - Returns: The name taken.
    public static func move(
        _ source: String, into directory: String, as name: String,
        maximumBytes: Int = SpoolLayout.maximumNameBytes
    ) throws(SpoolError) -> String {
        for candidate in SpoolLayout.alternatives(to: name, maximumBytes: maximumBytes)
        where try renameIfFree(source, to: directory + "/" + candidate) {
            try synchronizeDirectory(directory)
            return candidate
        }
        throw SpoolError(
            operation: "find a free name in", path: directory, reason: "every alternative is taken",
            remedy: "tidy the directory")
    }
}
