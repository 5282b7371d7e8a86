import Glibc

/// Tells whether a file is still the one it was: replaced in place or written anew, it has another stamp.
struct FileStamp: Sendable, Hashable {
    let device: UInt
    let inode: UInt
    let bytes: Int
    let changedSeconds: Int
    let changedNanoseconds: Int

    /// Nil where there is no regular file at `path`; symbolic links are followed.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        bytes = Int(status.st_size)
        changedSeconds = status.st_mtim.tv_sec
        changedNanoseconds = status.st_mtim.tv_nsec
    }
}
