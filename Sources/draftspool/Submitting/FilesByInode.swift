import Foundation

/// The files of a directory by their inode numbers, as it was when it was looked at.
///
/// The name under which a file was put away is the one it had or an alternative to that (`a-2`, `a-3`, …), and
/// retention leaves gaps among these: no name says that there is none behind it.
struct FilesByInode: Sendable {
    private var paths: [UInt64: String] = [:]

    /// - Parameter directory: one that cannot be listed has no files.
    init(in directory: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [] {
            let path = directory + "/" + name
            var status = stat()
            if lstat(path, &status) == 0 { paths[UInt64(status.st_ino)] = path }
        }
    }

    /// The path of the file with this inode number.
    subscript(inode: UInt64) -> String? { paths[inode] }
}
