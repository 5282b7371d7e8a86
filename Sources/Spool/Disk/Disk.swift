import Foundation
import SystemPackage

/// The file operations that the spool's promises rest on. ``LinuxDisk`` carries them out; tests simulate a disk that
/// fails, stops, or forgets what was not synchronised.
///
/// No operation follows a symbolic link at the end of a path. All throw ``SpoolError``.
public protocol Disk: Sendable {
    /// lstat(2); nil if there is nothing at `path`.
    func status(of path: FilePath) throws(SpoolError) -> FileStatus?
    /// The names in a directory, without `.` and `..`.
    func list(_ directory: FilePath) throws(SpoolError) -> [FileName]
    func makeDirectory(_ path: FilePath, mode: mode_t) throws(SpoolError)
    /// Removes an empty directory.
    func removeDirectory(_ path: FilePath) throws(SpoolError)
    /// unlink(2).
    func remove(_ path: FilePath) throws(SpoolError)
    /// Renames, replacing what is at `target`.
    func rename(_ source: FilePath, to target: FilePath) throws(SpoolError)
    /// Renames without ever replacing something that exists.
    ///
    /// - Returns: False if `target` exists.
    func renameIfFree(_ source: FilePath, to target: FilePath) throws(SpoolError) -> Bool
    /// Gives a file a second name, at which nothing may be yet; link(2).
    func link(_ source: FilePath, to target: FilePath) throws(SpoolError)
    /// Opens a regular file for reading; anything else is an error.
    func open(_ path: FilePath) throws(SpoolError) -> any DiskFile
    /// Opens a file for writing.
    func create(_ path: FilePath, _ creation: FileCreation, mode: mode_t) throws(SpoolError) -> any DiskFile
    /// Makes the entries of a directory survive a power cut.
    func synchronize(directory: FilePath) throws(SpoolError)
    /// Whether somebody has the file open for writing; nil where the kernel does not tell us.
    func hasWriter(_ path: FilePath) -> Bool?
    /// The time by which files are stamped.
    var now: Date { get }
    /// A number for a name that nothing has yet.
    func uniqueNumber() -> UInt64
}

/// What to do where a file to be written exists.
public enum FileCreation: Sendable {
    /// It is an error.
    case new
    /// It is emptied.
    case emptied
    /// It is continued.
    case appended
}

/// An open file.
public protocol DiskFile: AnyObject, Sendable {
    func status() throws(SpoolError) -> FileStatus
    /// Reads at `offset`, bytes; fewer than there is room for only at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SpoolError) -> Int
    /// Appends some of `bytes`.
    ///
    /// - Returns: How many.
    func write(_ bytes: UnsafeRawBufferPointer) throws(SpoolError) -> Int
    /// Waits until the disk has the content.
    func synchronize() throws(SpoolError)
    /// Where the next data begins at or after `offset`, past a hole of a sparse file; `offset` where that is not known.
    func nextData(from offset: Int) -> Int
    /// An extended attribute, xattr(7); nil where the file has none of this name, or its file system has none at all.
    func attribute(_ name: String) throws(SpoolError) -> String?
    /// Sets an extended attribute.
    func setAttribute(_ name: String, to value: String) throws(SpoolError)
    /// Sets the permissions, whatever the umask was.
    func setMode(_ mode: mode_t) throws(SpoolError)
}

extension DiskFile {
    public func attribute(_ name: String) throws(SpoolError) -> String? { nil }

    public func setAttribute(_ name: String, to value: String) throws(SpoolError) {
        throw SpoolError(operation: "set the attribute \(name) of", path: "a file", code: ENOTSUP)
    }

    public func setMode(_ mode: mode_t) throws(SpoolError) {
        throw SpoolError(operation: "set the permissions of", path: "a file", code: ENOTSUP)
    }
}

/// What lstat(2) says of a file.
public struct FileStatus: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case regular, directory, symbolicLink, fifo, socket, device
    }

    public var kind: Kind
    /// Bytes.
    public var size: Int
    public var inode: UInt64
    /// Names it has.
    public var links: Int
    /// When its content last changed.
    public var modifiedAt: Date
    /// When content or metadata last changed; a rename counts.
    public var changedAt: Date

    public init(
        kind: Kind, size: Int, inode: UInt64, links: Int = 1, modifiedAt: Date, changedAt: Date
    ) {
        self.kind = kind
        self.size = size
        self.inode = inode
        self.links = links
        self.modifiedAt = modifiedAt
        self.changedAt = changedAt
    }
}
