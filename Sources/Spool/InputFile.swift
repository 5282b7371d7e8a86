import Foundation

/// A claimed file, opened so that nothing but a regular file is ever read.
public final class InputFile: Sendable {
    public let path: String
    /// Size when it was opened, bytes.
    public let size: Int
    let descriptor: Int32

    /// Opens without following links.
    ///
    /// - Throws: ``SpoolError`` if it is no regular file or not readable.
    public convenience init(path: String) throws(SpoolError) {
        try self.init(systemPath: path.utf8CString.map { $0 }, path: path)
    }

    /// Opens `name` in `directory` without following links; see ``init(path:)``.
    public convenience init(_ name: FileName, in directory: String) throws(SpoolError) {
        try self.init(systemPath: name.path(in: directory), path: directory + "/" + name.text)
    }

    private init(systemPath: [CChar], path: String) throws(SpoolError) {
        let descriptor = open(systemPath, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw SpoolError(operation: "open", path: path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw SpoolError(
                operation: "open", path: path, reason: "it is not a regular file",
                remedy: "drop regular files only")
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// Waits until the disk has the content: who dropped the file may not have waited for that.
    public func synchronize() throws(SpoolError) {
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw SpoolError(operation: "synchronise", path: path)
        }
    }

    /// Reads `length` bytes at `offset`; fewer at the end of the file.
    public func read(at offset: Int, length: Int) throws(SpoolError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: length)
        var filled = 0
        while filled < length {
            let count = bytes.withUnsafeMutableBytes { buffer in
                pread(
                    descriptor, buffer.baseAddress.map { $0 + filled }, length - filled,
                    off_t(offset + filled))
            }
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                throw SpoolError(operation: "read", path: path)
            }
        }
        bytes.removeLast(length - filled)
        return bytes
    }
}
