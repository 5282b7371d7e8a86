import Foundation
import SystemPackage

/// Writes, renames and synchronises so that a crash leaves the old state or the new one.
extension Disk {
    /// Replaces `path` by `bytes`: a synchronised temporary file, renamed over it.
    public func replace(_ path: String, with bytes: [UInt8], mode: mode_t = 0o640) throws(SpoolError) {
        try writeBeside(path, bytes, mode: mode) { (temporary) throws(SpoolError) in
            try rename(temporary, to: FilePath(path))
            return true
        }
    }

    /// Writes a file that must not exist yet: a synchronised temporary file, renamed.
    ///
    /// - Returns: False if something is there; it stays as it is.
    public func createIfFree(
        _ path: String, with bytes: [UInt8], mode: mode_t = 0o640
    ) throws(SpoolError) -> Bool {
        try writeBeside(path, bytes, mode: mode) { (temporary) throws(SpoolError) in
            try renameIfFree(temporary, to: FilePath(path))
        }
    }

    @discardableResult
    private func writeBeside(
        _ path: String, _ bytes: [UInt8], mode: mode_t, place: (FilePath) throws(SpoolError) -> Bool
    ) throws(SpoolError) -> Bool {
        let directory = (path as NSString).deletingLastPathComponent
        let temporary = directory + "/.\(getpid())-\(uniqueNumber()).tmp"
        var isPlaced = false
        defer { if !isPlaced { try? remove(FilePath(temporary)) } }
        let writer = try FileWriter(creating: temporary, on: self, .new, mode: mode)
        try writer.write(bytes)
        try writer.finish()
        isPlaced = try place(FilePath(temporary))
        if isPlaced { try synchronize(directory: FilePath(directory)) }
        return isPlaced
    }

    /// Renames `source` into `directory` under `name` or the first free alternative of it.
    ///
    /// - Returns: The name taken.
    public func move(_ source: String, into directory: String, as name: String) throws(SpoolError) -> String {
        for candidate in SpoolLayout.alternatives(to: name)
        where try renameIfFree(FilePath(source), to: FilePath(directory + "/" + candidate)) {
            try synchronize(directory: FilePath(directory))
            return candidate
        }
        throw .noFreeName(in: directory)
    }

    /// Whether there is something at `path`.
    public func exists(_ path: String) throws(SpoolError) -> Bool { try status(of: FilePath(path)) != nil }

    /// All bytes of a file; one of more than `limit` is an error.
    public func contents(of path: String, limit: Int) throws(SpoolError) -> [UInt8] {
        let file = try InputFile(path: path, on: self)
        guard file.size <= limit else {
            throw SpoolError(
                operation: "read", path: path, reason: "it has more than \(limit) bytes",
                remedy: "make it shorter")
        }
        return try file.read(at: 0, length: file.size)
    }

    /// Removes a directory with the files in it; what cannot be removed stays.
    public func removeTree(_ path: String) {
        for name in (try? list(FilePath(path))) ?? [] {
            let entry = name.path(in: path)
            if (try? status(of: entry))??.kind == .directory {
                removeTree(entry.string)
            } else {
                try? remove(entry)
            }
        }
        try? removeDirectory(FilePath(path))
    }
}
