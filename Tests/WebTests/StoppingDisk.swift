import Foundation
import Spool
import Synchronization
import SystemPackage

/// The machine's disk, which takes a number of steps and then refuses everything: what is left is what a process leaves
/// that is killed there. Or it refuses one step, and goes on.
final class StoppingDisk: Disk {
    private let disk = LinuxDisk()
    private let left: Steps
    private let onWrite: @Sendable () -> Void
    private let onOpen: @Sendable (FilePath) -> Void

    /// - Parameters:
    ///   - steps: how many are taken.
    ///   - goesOn: whether it refuses the next one only.
    ///   - onWrite: what happens before each write into a file.
    ///   - onOpen: what happens before a file is opened.
    init(
        after steps: Int, goesOn: Bool = false, onWrite: @escaping @Sendable () -> Void = {},
        onOpen: @escaping @Sendable (FilePath) -> Void = { _ in }
    ) {
        left = Steps(steps, goesOn: goesOn)
        self.onOpen = onOpen
        self.onWrite = onWrite
    }

    var hasStopped: Bool { left.areUsedUp }

    var now: Date { disk.now }
    func uniqueNumber() -> UInt64 { disk.uniqueNumber() }
    func hasWriter(_ path: FilePath) -> Bool? { disk.hasWriter(path) }

    func status(of path: FilePath) throws(SpoolError) -> FileStatus? {
        try left.take()
        return try disk.status(of: path)
    }

    func list(_ directory: FilePath) throws(SpoolError) -> [FileName] {
        try left.take()
        return try disk.list(directory)
    }

    func makeDirectory(_ path: FilePath, mode: mode_t) throws(SpoolError) {
        try left.take()
        try disk.makeDirectory(path, mode: mode)
    }

    func removeDirectory(_ path: FilePath) throws(SpoolError) {
        try left.take()
        try disk.removeDirectory(path)
    }

    func remove(_ path: FilePath) throws(SpoolError) {
        try left.take()
        try disk.remove(path)
    }

    func rename(_ source: FilePath, to target: FilePath) throws(SpoolError) {
        try left.take()
        try disk.rename(source, to: target)
    }

    func renameIfFree(_ source: FilePath, to target: FilePath) throws(SpoolError) -> Bool {
        try left.take()
        return try disk.renameIfFree(source, to: target)
    }

    func link(_ source: FilePath, to target: FilePath) throws(SpoolError) {
        try left.take()
        try disk.link(source, to: target)
    }

    func open(_ path: FilePath) throws(SpoolError) -> any DiskFile {
        try left.take()
        onOpen(path)
        return StoppingFile(try disk.open(path), left, onWrite)
    }

    func create(_ path: FilePath, _ creation: FileCreation, mode: mode_t) throws(SpoolError) -> any DiskFile {
        try left.take()
        return StoppingFile(try disk.create(path, creation, mode: mode), left, onWrite)
    }

    func synchronize(directory: FilePath) throws(SpoolError) {
        try left.take()
        try disk.synchronize(directory: directory)
    }
}

private final class StoppingFile: DiskFile {
    private let file: any DiskFile
    private let left: Steps
    private let onWrite: @Sendable () -> Void

    init(_ file: any DiskFile, _ left: Steps, _ onWrite: @escaping @Sendable () -> Void) {
        self.file = file
        self.left = left
        self.onWrite = onWrite
    }

    func status() throws(SpoolError) -> FileStatus { try file.status() }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SpoolError) -> Int {
        try left.take()
        return try file.read(into: buffer, at: offset)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(SpoolError) -> Int {
        try left.take()
        onWrite()
        return try file.write(bytes)
    }

    func synchronize() throws(SpoolError) {
        try left.take()
        try file.synchronize()
    }

    func nextData(from offset: Int) -> Int { file.nextData(from: offset) }

    func attribute(_ name: String) throws(SpoolError) -> String? {
        try left.take()
        return try file.attribute(name)
    }

    func setAttribute(_ name: String, to value: String) throws(SpoolError) {
        try left.take()
        try file.setAttribute(name, to: value)
    }
}

private final class Steps: Sendable {
    private let left: Mutex<Int>
    private let goesOn: Bool

    init(_ count: Int, goesOn: Bool) {
        left = Mutex(count)
        self.goesOn = goesOn
    }

    var areUsedUp: Bool { left.withLock { $0 <= 0 } }

    func take() throws(SpoolError) {
        let isAllowed = left.withLock { left in
            left -= 1
            return left >= 0 || goesOn && left < -1
        }
        guard isAllowed else { throw SpoolError(operation: "go on with", path: "the disk", code: EIO) }
    }
}
