import Foundation

/// A small file system of its own on a directory; needs root.
final class SmallDisk {
    let path: String
    private var filler: String { path + "/filler" }

    static let isPermitted = geteuid() == 0

    /// Mounts a tmpfs of `kilobytes` on `path`, which is created.
    init(_ path: String, kilobytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard mount("small", path, "tmpfs", 0, "size=\(kilobytes)k,mode=0755") == 0 else {
            throw TestFailure("cannot mount \(path): \(errno)")
        }
    }

    deinit {
        umount2(path, Int32(MNT_DETACH))
    }

    /// Takes up all the room that is left.
    func fill() {
        let descriptor = open(filler, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let block = [UInt8](repeating: 7, count: 4096)
        while write(descriptor, block, block.count) > 0 {}
        close(descriptor)
    }

    /// Gives the room back.
    func empty() {
        unlink(filler)
    }

    /// Makes a directory read-only, as a failing disk is remounted, or writable again, whoever has it open just then.
    static func setReadOnly(_ path: String, _ isReadOnly: Bool) throws {
        let done =
            isReadOnly
            ? mount(path, path, nil, UInt(MS_BIND), nil) == 0
                && mount(path, path, nil, UInt((MS_BIND | MS_REMOUNT | MS_RDONLY)), nil) == 0
            : umount2(path, Int32(MNT_DETACH)) == 0
        guard done else { throw TestFailure("cannot remount \(path): \(errno)") }
    }
}
