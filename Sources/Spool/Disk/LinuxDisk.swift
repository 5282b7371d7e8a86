import CLinux
import Foundation
import SystemPackage

/// The machine's file systems.
public struct LinuxDisk: Disk {
    public init() {}

    public var now: Date { Date() }

    public func uniqueNumber() -> UInt64 { UInt64.random(in: .min ... .max) }

    public func status(of path: FilePath) throws(SpoolError) -> FileStatus? {
        var status = stat()
        if path.withPlatformString({ lstat($0, &status) }) == 0 { return FileStatus(status) }
        guard errno == ENOENT || errno == ENOTDIR else {
            throw SpoolError(operation: "look at", path: path.string)
        }
        return nil
    }

    public func list(_ directory: FilePath) throws(SpoolError) -> [FileName] {
        guard let stream = directory.withPlatformString({ opendir($0) }) else {
            throw SpoolError(operation: "list", path: directory.string)
        }
        defer { closedir(stream) }
        var names: [FileName] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if bytes != [UInt8(ascii: ".")], bytes != Array("..".utf8) {
                names.append(FileName(bytes: bytes))
            }
        }
        guard errno == 0 else { throw SpoolError(operation: "list", path: directory.string) }
        return names
    }

    public func makeDirectory(_ path: FilePath, mode: mode_t) throws(SpoolError) {
        guard path.withPlatformString({ mkdir($0, mode) }) == 0 else {
            throw SpoolError(operation: "create directory", path: path.string)
        }
    }

    public func removeDirectory(_ path: FilePath) throws(SpoolError) {
        guard path.withPlatformString({ rmdir($0) }) == 0 else {
            throw SpoolError(operation: "remove directory", path: path.string)
        }
    }

    public func remove(_ path: FilePath) throws(SpoolError) {
        guard path.withPlatformString({ unlink($0) }) == 0 else {
            throw SpoolError(operation: "remove", path: path.string)
        }
    }

    public func rename(_ source: FilePath, to target: FilePath) throws(SpoolError) {
        let result = source.withPlatformString { source in
            target.withPlatformString { Glibc.rename(source, $0) }
        }
        guard result == 0 else {
            throw SpoolError(operation: "rename \(source.string) to", path: target.string)
        }
    }

    public func renameIfFree(_ source: FilePath, to target: FilePath) throws(SpoolError) -> Bool {
        let result = source.withPlatformString { source in
            target.withPlatformString { linux_rename_no_replace(source, $0) }
        }
        if result == 0 { return true }
        if errno == EEXIST || errno == ENOTEMPTY { return false }
        throw SpoolError(operation: "rename \(source.string) to", path: target.string)
    }

    public func link(_ source: FilePath, to target: FilePath) throws(SpoolError) {
        let result = source.withPlatformString { source in
            target.withPlatformString { Glibc.link(source, $0) }
        }
        guard result == 0 else {
            throw SpoolError(operation: "link \(source.string) to", path: target.string)
        }
    }

    public func open(_ path: FilePath) throws(SpoolError) -> any DiskFile {
        let descriptor = path.withPlatformString {
            Glibc.open($0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw SpoolError(operation: "open", path: path.string) }
        let file = LinuxFile(descriptor, path: path.string)
        guard try file.status().kind == .regular else {
            throw SpoolError(
                operation: "open", path: path.string, reason: "it is not a regular file",
                remedy: "drop regular files only")
        }
        return file
    }

    public func create(
        _ path: FilePath, _ creation: FileCreation, mode: mode_t
    ) throws(SpoolError) -> any DiskFile {
        let flags =
            switch creation {
            case .new: O_EXCL
            case .emptied: O_TRUNC
            case .appended: O_APPEND
            }
        let descriptor = path.withPlatformString {
            Glibc.open($0, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, mode)
        }
        guard descriptor >= 0 else { throw SpoolError(operation: "create", path: path.string) }
        return LinuxFile(descriptor, path: path.string)
    }

    public func synchronize(directory: FilePath) throws(SpoolError) {
        let descriptor = directory.withPlatformString { Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw SpoolError(operation: "open directory", path: directory.string) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw SpoolError(operation: "synchronise directory", path: directory.string)
        }
    }

    /// A writer that has the file open makes a read lease fail with EAGAIN (fcntl(2), F_SETLEASE). A lease takes the
    /// file's owner or CAP_LEASE.
    public func hasWriter(_ path: FilePath) -> Bool? {
        let descriptor = path.withPlatformString {
            Glibc.open($0, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        }
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if linux_probe_read_lease(descriptor) == 0 { return false }
        return errno == EAGAIN ? true : nil
    }
}

/// A descriptor that is closed with the value.
private final class LinuxFile: DiskFile {
    /// `SEEK_DATA` of lseek(2), which Swift's Glibc does not show.
    private static let seekData: Int32 = 3
    /// No attribute that is read here has more, bytes.
    private static let longestAttribute = 1024

    private let descriptor: Int32
    private let path: String

    init(_ descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    func status() throws(SpoolError) -> FileStatus {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SpoolError(operation: "look at", path: path) }
        return FileStatus(status)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SpoolError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = pread(
                descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled,
                off_t(offset + filled))
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                throw SpoolError(operation: "read", path: path)
            }
        }
        return filled
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(SpoolError) -> Int {
        while true {
            let written = Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            if written >= 0 { return written }
            guard errno == EINTR else { throw SpoolError(operation: "write", path: path) }
        }
    }

    func synchronize() throws(SpoolError) {
        guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw SpoolError(operation: "synchronise", path: path)
        }
    }

    func nextData(from offset: Int) -> Int {
        var next = lseek(descriptor, off_t(offset), Self.seekData)
        if next < 0, errno == ENXIO { next = lseek(descriptor, 0, SEEK_END) }
        return next >= offset ? Int(next) : offset
    }

    func attribute(_ name: String) throws(SpoolError) -> String? {
        var bytes = [UInt8](repeating: 0, count: Self.longestAttribute)
        let count = fgetxattr(descriptor, name, &bytes, bytes.count)
        if count >= 0 { return String(decoding: bytes[..<count], as: UTF8.self) }
        guard errno == ENODATA || errno == ENOTSUP else {
            throw SpoolError(operation: "read the attribute \(name) of", path: path)
        }
        return nil
    }

    func setAttribute(_ name: String, to value: String) throws(SpoolError) {
        let bytes = Array(value.utf8)
        guard fsetxattr(descriptor, name, bytes, bytes.count, 0) == 0 else {
            throw SpoolError(operation: "set the attribute \(name) of", path: path)
        }
    }

    func setMode(_ mode: mode_t) throws(SpoolError) {
        guard fchmod(descriptor, mode) == 0 else {
            throw SpoolError(operation: "set the permissions of", path: path)
        }
    }
}

extension FileStatus {
    fileprivate init(_ status: stat) {
        let kind: Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            case S_IFIFO: .fifo
            case S_IFSOCK: .socket
            default: .device
            }
        self.init(
            kind: kind, size: Int(status.st_size), inode: UInt64(status.st_ino), links: Int(status.st_nlink),
            modifiedAt: Date(status.st_mtim), changedAt: Date(status.st_ctim))
    }
}

extension Date {
    fileprivate init(_ time: timespec) {
        self.init(timeIntervalSince1970: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }
}
