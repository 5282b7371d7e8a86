import Foundation
import Testing

@testable import Spool

@Suite struct SpoolNoteTests {
    @Test func aStateDirectorySaysOfWhichSpoolItIs() throws {
        let spool = try TestSpool()
        let state = spool.layout.root + "/.state"
        try #require(mkdir(state, 0o750) == 0)
        let note = SpoolNote(stateDirectory: state)
        try note.write(spool.layout)
        let file = state + "/spool"
        #expect(try spool.text(of: file) == spool.layout.root + "\n")
        let first = try InputFile(path: file).inode
        try note.write(spool.layout)
        #expect(try InputFile(path: file).inode == first)
        try note.write(SpoolLayout(root: "/srv/other"))
        #expect(try spool.text(of: file) == "/srv/other\n")
        #expect(try spool.names(in: state) == ["spool"])
    }

    @Test func aStateDirectoryThatTakesNoNoteIsAnError() throws {
        let spool = try TestSpool()
        let note = SpoolNote(stateDirectory: spool.layout.root + "/gone")
        #expect(throws: SpoolError.self) { try note.write(spool.layout) }
    }
}
