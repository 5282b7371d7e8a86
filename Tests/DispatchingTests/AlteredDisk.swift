import Foundation
import Spool
import SystemPackage

/// The machine's disk, but for what a test wants of it.
struct AlteredDisk: Disk {
    private let disk = LinuxDisk()
    /// The number that every name is to have which nothing has yet.
    var number: UInt64?
    /// Whether a file is not to be renamed.
    var keeps: @Sendable (FilePath) -> Bool = { _ in false }

    var now: Date { disk.now }

    func uniqueNumber() -> UInt64 { number ?? disk.uniqueNumber() }

    func rename(_ source: FilePath, to target: FilePath) throws(SpoolError) {
        try expectFree(source)
        try disk.rename(source, to: target)
    }

    func renameIfFree(_ source: FilePath, to target: FilePath) throws(SpoolError) -> Bool {
        try expectFree(source)
        return try disk.renameIfFree(source, to: target)
    }

    private func expectFree(_ path: FilePath) throws(SpoolError) {
        guard !keeps(path) else { throw SpoolError(operation: "rename", path: path.string, code: EIO) }
    }

    func status(of path: FilePath) throws(SpoolError) -> FileStatus? { try disk.status(of: path) }
    func list(_ directory: FilePath) throws(SpoolError) -> [FileName] { try disk.list(directory) }
    func makeDirectory(_ path: FilePath, mode: mode_t) throws(SpoolError) {
        try disk.makeDirectory(path, mode: mode)
    }
    func removeDirectory(_ path: FilePath) throws(SpoolError) { try disk.removeDirectory(path) }
    func remove(_ path: FilePath) throws(SpoolError) { try disk.remove(path) }
    func link(_ source: FilePath, to target: FilePath) throws(SpoolError) {
        try disk.link(source, to: target)
    }
    func open(_ path: FilePath) throws(SpoolError) -> any DiskFile { try disk.open(path) }
    func create(
        _ path: FilePath, _ creation: FileCreation, mode: mode_t
    ) throws(SpoolError) -> any DiskFile { try disk.create(path, creation, mode: mode) }
    func synchronize(directory: FilePath) throws(SpoolError) { try disk.synchronize(directory: directory) }
    func hasWriter(_ path: FilePath) -> Bool? { disk.hasWriter(path) }
}
