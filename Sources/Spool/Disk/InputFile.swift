import Foundation
import SystemPackage

/// A file of the spool, opened so that nothing but a regular file is ever read.
public final class InputFile: Sendable {
    public let path: String
    /// Size when it was opened, bytes.
    public let size: Int
    public let inode: UInt64
    let file: any DiskFile

    /// Opens without following links.
    ///
    /// - Throws: ``SpoolError`` if it is no regular file or not readable.
    public convenience init(path: String, on disk: any Disk = LinuxDisk()) throws(SpoolError) {
        try self.init(FilePath(path), on: disk)
    }

    /// Opens without following links; see ``init(path:on:)``.
    public init(_ path: FilePath, on disk: any Disk) throws(SpoolError) {
        file = try disk.open(path)
        self.path = path.string
        let status = try file.status()
        size = status.size
        inode = status.inode
    }

    /// What the file is now.
    public func status() throws(SpoolError) -> FileStatus { try file.status() }

    /// Waits until the disk has the content: who dropped the file may not have waited for that.
    public func synchronize() throws(SpoolError) { try file.synchronize() }

    /// Its lines, one by one.
    ///
    /// - Parameters:
    ///   - offset: where a line begins, bytes.
    ///   - limit: a longer line is passed over, bytes.
    public func lines(from offset: Int = 0, limit: Int) -> LineReader {
        LineReader(file, from: offset, limit: limit)
    }

    /// Reads `length` bytes at `offset`; fewer at the end of the file.
    public func read(at offset: Int, length: Int) throws(SpoolError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length)
        let filled = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(SpoolError) in try file.read(into: buffer, at: offset) }
        }
        bytes.removeLast(length - (try filled.get()))
        return bytes
    }
}
