import CSystemd
import Glibc

/// The way to journald.
public enum Journal {
    /// Where journald takes entries.
    static let socketPath = "/run/systemd/journal/socket"

    /// Whether journald takes entries from this process.
    public static var isReachable: Bool {
        access(socketPath, W_OK) == 0
    }

    /// Whether standard error is connected to the journal, as `JOURNAL_STREAM` says and its device and inode confirm.
    /// A service whose standard error was redirected since still has the variable.
    public static func isStandardError(_ stream: String?) -> Bool {
        guard let parts = stream?.split(separator: ":"), parts.count == 2 else { return false }
        var status = stat()
        guard fstat(STDERR_FILENO, &status) == 0 else { return false }
        return UInt64(parts[0]) == UInt64(status.st_dev) && UInt64(parts[1]) == UInt64(status.st_ino)
    }

    /// Sends an entry.
    ///
    /// - Returns: whether it was sent. Without a journald there is nothing to report, and libsystemd says it was.
    @discardableResult
    static func send(_ entry: JournalEntry) -> Bool {
        let encoded = entry.fields.map(\.bytes)
        var contents = encoded.flatMap { $0 }
        let result = contents.withUnsafeMutableBytes { buffer -> Int32 in
            var offset = 0
            let vectors = encoded.map { field in
                defer { offset += field.count }
                return iovec(iov_base: buffer.baseAddress.map { $0 + offset }, iov_len: field.count)
            }
            return sd_journal_sendv(vectors, Int32(vectors.count))
        }
        return result >= 0
    }
}
