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
        try Self.run("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k,mode=0755", "small", path)
    }

    deinit {
        try? Self.run("umount", "-l", path)
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

    /// Makes a directory read-only, as a failing disk is remounted, or writable again.
    static func setReadOnly(_ path: String, _ isReadOnly: Bool) throws {
        if isReadOnly {
            try run("mount", "--bind", path, path)
            try run("mount", "-o", "remount,bind,ro", path)
        } else {
            try run("umount", path)
        }
    }

    private static func run(_ command: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [command] + arguments
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TestFailure("\(command) \(arguments) failed") }
    }
}
