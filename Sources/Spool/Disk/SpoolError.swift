import Foundation

/// A failed operation on the spool or the ledger: what, where, and what to do next.
public struct SpoolError: Error, Sendable, CustomStringConvertible {
    /// What could not be done.
    public let operation: String
    /// The file or directory concerned.
    public let path: String
    /// The system's or library's reason.
    public let reason: String
    /// What the reader can do about it.
    public let remedy: String
    /// The system's error number, 0 if there is none.
    public let code: Int32

    public init(operation: String, path: String, reason: String, remedy: String, code: Int32 = 0) {
        self.operation = operation
        self.path = path
        self.reason = reason
        self.remedy = remedy
        self.code = code
    }

    /// Describes the failed system call whose error number is `code`.
    public init(operation: String, path: String, code: Int32 = errno) {
        let remedy =
            switch code {
            case EACCES, EPERM: "check owner and permissions: the daemon's user must be able to do this"
            case ENOSPC, EDQUOT: "make room on the file system"
            case EROFS: "mount the file system writable"
            case ENOENT: "check that the directory exists and is not being moved"
            case EXDEV: "keep all directories of the spool on one file system"
            case ENOTSUP: "the file system cannot do this"
            default: "see the reason"
            }
        self.init(
            operation: operation, path: path, reason: String(cString: strerror(code)), remedy: remedy,
            code: code)
    }

    /// Every name that could be taken in `directory` is.
    static func noFreeName(in directory: String) -> SpoolError {
        SpoolError(
            operation: "find a free name in", path: directory, reason: "every alternative is taken",
            remedy: "tidy the directory")
    }

    /// Whether the same operation may succeed later without a change to the file concerned.
    public var isTemporary: Bool {
        [EIO, EMFILE, ENFILE, ENOMEM, EAGAIN, EINTR, ENOSPC, EDQUOT, EROFS, ESTALE].contains(code)
    }

    public var description: String { "cannot \(operation) \(path): \(reason); \(remedy)" }
}
