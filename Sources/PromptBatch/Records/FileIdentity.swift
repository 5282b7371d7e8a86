import FoundationEssentials

/// By what a file is known again, whatever it is called: an inode number alone may be that of another file by now, and
/// the file may have been changed.
public struct FileIdentity: Hashable, Sendable {
    public let inode: UInt64
    public let bytes: Int
    /// RFC 3339, to the millisecond.
    public let modifiedAt: String

    public init(inode: UInt64, bytes: Int, modifiedAt: Date) {
        self.init(inode: inode, bytes: bytes, modifiedAt: RFC3339.string(from: modifiedAt))
    }

    init(inode: UInt64, bytes: Int, modifiedAt: String) {
        self.inode = inode
        self.bytes = bytes
        self.modifiedAt = modifiedAt
    }
}
