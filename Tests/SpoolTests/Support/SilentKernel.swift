import Foundation
import SystemPackage

@testable import Spool

/// The machine's disk as a daemon meets it that may not ask who writes files of others.
struct SilentKernel: Disk {
    private let disk = LinuxDisk()

    func hasWriter(_ path: FilePath) -> Bool? { nil }

    var now: Date { disk.now }
    func uniqueNumber() -> UInt64 { disk.uniqueNumber() }
    func status(of path: FilePath) throws(SpoolError) -> FileStatus? { try disk.status(of: path) }
    func list(_ directory: FilePath) throws(SpoolError) -> [FileName] { try disk.list(directory) }
    func makeDirectory(_ path: FilePath, mode: mode_t) throws(SpoolError) {
        try disk.makeDirectory(path, mode: mode)
    }
    func removeDirectory(_ path: FilePath) throws(SpoolError) { try disk.removeDirectory(path) }
    func remove(_ path: FilePath) throws(SpoolError) { try disk.remove(path) }
    func rename(_ source: FilePath, to target: FilePath) throws(SpoolError) {
        try disk.rename(source, to: target)
    }
    func renameIfFree(_ source: FilePath, to target: FilePath) throws(SpoolError) -> Bool {
        try disk.renameIfFree(source, to: target)
    }
    func link(_ source: FilePath, to target: FilePath) throws(SpoolError) {
        try disk.link(source, to: target)
    }
    func open(_ path: FilePath) throws(SpoolError) -> any DiskFile { try disk.open(path) }
    func create(
        _ path: FilePath, _ creation: FileCreation, mode: mode_t
    ) throws(SpoolError) -> any DiskFile { try disk.create(path, creation, mode: mode) }
    func synchronize(directory: FilePath) throws(SpoolError) { try disk.synchronize(directory: directory) }
}
