import Foundation
import SystemPackage
import Testing

@testable import Spool

@Suite struct FileTests {
    @Test func inputFileReadsPlacesOfARegularFile() throws {
        let spool = try TestSpool()
        try spool.drop("a", "0123456789")
        let file = try InputFile(path: spool.layout.incoming + "/a")
        #expect(file.size == 10)
        #expect(try file.read(at: 3, length: 4) == Array("3456".utf8))
        #expect(try file.read(at: 8, length: 10) == Array("89".utf8))
        #expect(try file.read(at: 20, length: 5).isEmpty)
        #expect(try file.read(at: 0, length: 0).isEmpty)
    }

    @Test func inputFileOpensNothingElse() throws {
        let spool = try TestSpool()
        let incoming = spool.layout.incoming
        try spool.drop("target", "secret")
        try #require(symlink("target", incoming + "/link") == 0)
        try #require(mkfifo(incoming + "/fifo", 0o600) == 0)
        for name in ["link", "fifo", ".", "gone"] {
            let error = #expect(throws: SpoolError.self) { try InputFile(path: incoming + "/" + name) }
            #expect(error?.path == incoming + "/" + name)
        }
    }

    /// Who may write in its directory may have put another one in its place.
    @Test func permissionsAreSetOfTheFileThatIsOpen() throws {
        let spool = try TestSpool()
        let (path, moved) = (spool.layout.output + "/a", spool.layout.output + "/moved")
        let writer = try FileWriter(creating: path, mode: 0o600)
        try #require(rename(path, moved) == 0)
        _ = try FileWriter(creating: path, mode: 0o600)
        try writer.setMode(0o644)
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(moved) == 0o644 && mode(path) == 0o600)
    }

    /// A file that cannot be read for want of descriptors or disk is no bad input.
    @Test(arguments: [
        (EMFILE, true), (EIO, true), (ENOSPC, true), (ELOOP, false), (EACCES, false), (0, false),
    ])
    func whatMayPassIsTemporary(code: Int32, isTemporary: Bool) {
        #expect(SpoolError(operation: "open", path: "a", code: code).isTemporary == isTemporary)
    }

    @Test func replaceLeavesOneFileWithTheNewContent() throws {
        let spool = try TestSpool()
        let path = spool.layout.output + "/state"
        try LinuxDisk().replace(path, with: Array("old".utf8))
        try LinuxDisk().replace(path, with: Array("new".utf8))
        #expect(try spool.text(of: path) == "new")
        #expect(try spool.names(in: spool.layout.output) == ["state"])
        #expect(try TestSpool.mode(of: path) & 0o137 == 0)
    }

    @Test func replaceTakesTheLongestNames() throws {
        let spool = try TestSpool()
        let path = spool.layout.output + "/" + String(repeating: "n", count: 255)
        try LinuxDisk().replace(path, with: [1])
        #expect(try spool.names(in: spool.layout.output).count == 1)
    }

    @Test func aFailedReplaceLeavesTheOldContentAndNoLitter() throws {
        let spool = try TestSpool()
        let path = spool.layout.output + "/state"
        try #require(mkdir(path, 0o750) == 0)
        #expect(throws: SpoolError.self) { try LinuxDisk().replace(path, with: [1]) }
        #expect(try spool.names(in: spool.layout.output) == ["state"])
    }

    /// A write that the file system refuses is reported with the system's number, and leaves no litter.
    @Test func aFullDeviceIsReported() throws {
        let writer = try FileWriter(creating: "/dev/full", .appended)
        let error = #expect(throws: SpoolError.self) {
            try writer.writeLine("x".utf8)
            try writer.flush()
        }
        #expect(error?.code == ENOSPC)
        #expect(error?.remedy == "make room on the file system")
    }

    @Test func renameNeverReplaces() throws {
        let spool = try TestSpool()
        try spool.drop("a", "a")
        try spool.drop("b", "b")
        let incoming = spool.layout.incoming
        #expect(
            try LinuxDisk().renameIfFree(FilePath(incoming + "/a"), to: FilePath(incoming + "/b")) == false)
        #expect(try spool.text(of: incoming + "/b") == "b")
        #expect(try LinuxDisk().renameIfFree(FilePath(incoming + "/a"), to: FilePath(incoming + "/c")))
        #expect(throws: SpoolError.self) {
            try LinuxDisk().renameIfFree(FilePath(incoming + "/a"), to: FilePath(incoming + "/d"))
        }
    }

    @Test func moveTakesTheFirstFreeName() throws {
        let spool = try TestSpool()
        var taken: [String] = []
        for content in ["1", "2", "3"] {
            try spool.drop("a.jsonl", content)
            taken.append(
                try LinuxDisk().move(
                    spool.layout.incoming + "/a.jsonl", into: spool.layout.done, as: "a.jsonl"))
        }
        #expect(taken == ["a.jsonl", "a-2.jsonl", "a-3.jsonl"])
        #expect(try taken.map { try spool.text(of: spool.layout.done + "/" + $0) } == ["1", "2", "3"])
    }

    @Test func writerBuffersAndContinues() throws {
        let spool = try TestSpool()
        let path = spool.layout.output + "/lines"
        let large = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 19)
        let writer = try FileWriter(creating: path)
        try writer.writeLine(large)
        try writer.writeLine("end".utf8)
        try writer.finish()
        let second = try FileWriter(creating: path, .appended)
        try second.writeLine("more".utf8)
        try second.finish()
        #expect(try spool.text(of: path) == String(decoding: large, as: UTF8.self) + "\nend\nmore\n")
    }

    @Test func writerDoesNotFollowLinks() throws {
        let spool = try TestSpool()
        try spool.drop("target", "precious")
        try #require(symlink(spool.layout.incoming + "/target", spool.layout.output + "/link") == 0)
        #expect(throws: SpoolError.self) { try FileWriter(creating: spool.layout.output + "/link") }
        #expect(try spool.text(of: spool.layout.incoming + "/target") == "precious")
    }
}
