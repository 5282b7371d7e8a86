import CLinux
import Foundation

/// What stands in `incoming/` under one name.
public struct IncomingEntry: Sendable, Hashable {
    /// What is to be done with it.
    public enum Kind: Sendable, Hashable {
        /// A regular file whose writer has closed it.
        case complete
        /// A regular file that is being written, or may be.
        case growing
        /// Something that is no regular file; it is left alone.
        case foreign(String)
    }

    public let name: FileName
    public let kind: Kind

    /// Looks at `name` in `directory` without following links.
    ///
    /// A writer that still has the file open makes a read lease fail with EAGAIN (fcntl(2), F_SETLEASE).
    /// Where a lease is not permitted, the file must have been unchanged for `settleTime`.
    ///
    /// - Returns: Nil if there is nothing under the name or the name is ignored.
    public init?(name: FileName, directory: String, settleTime: Duration, now: Date = Date()) {
        guard !SpoolLayout.isIgnored(name: name.text) else { return nil }
        let path = name.path(in: directory)
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.name = name
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = Self.kindOfRegularFile(path, status: status, settleTime: settleTime, now: now)
        case S_IFDIR: kind = .foreign("a directory")
        case S_IFLNK: kind = .foreign("a symbolic link")
        case S_IFIFO: kind = .foreign("a FIFO")
        case S_IFSOCK: kind = .foreign("a socket")
        default: kind = .foreign("a device")
        }
    }

    /// Looks at `name` in `directory`; see ``init(name:directory:settleTime:now:)-(FileName,_,_,_)``.
    public init?(name: String, directory: String, settleTime: Duration, now: Date = Date()) {
        self.init(name: FileName(name), directory: directory, settleTime: settleTime, now: now)
    }

    private static func kindOfRegularFile(
        _ path: [CChar], status: stat, settleTime: Duration, now: Date
    ) -> Kind {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        if descriptor >= 0 {
            defer { close(descriptor) }
            if linux_probe_read_lease(descriptor) == 0 { return .complete }
            if errno == EAGAIN { return .growing }
        }
        let changed = max(
            Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9,
            Double(status.st_ctim.tv_sec) + Double(status.st_ctim.tv_nsec) / 1e9)
        let age = now.timeIntervalSince1970 - changed
        return age >= settleTime / .seconds(1) || age < -60 ? .complete : .growing
    }
}
