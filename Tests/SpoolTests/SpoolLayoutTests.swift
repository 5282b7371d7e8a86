import PromptBatch
import Foundation
import Testing

@testable import Spool

@Suite struct SpoolLayoutTests {
    @Test(arguments: [".hidden", ".", "a.part", "a.tmp", "a~", ".part", "~"])
    func workInProgressIsIgnored(name: String) {
        #expect(SpoolLayout.isIgnored(name: name))
    }

    @Test(arguments: ["a", "a.jsonl", "a.part.jsonl", "tmp", "part", "a~b", "a.PART", "ü.md", "a b"])
    func otherNamesAreTaken(name: String) {
        #expect(!SpoolLayout.isIgnored(name: name))
    }

    @Test(arguments: [
        ("a.jsonl", "a"), ("a.tar.gz", "a.tar"), ("a", "a"), (".rc", ".rc"), ("a.", "a"),
        ("a b.c.d", "a b.c"),
    ])
    func stemIsTheNameWithoutItsLastSuffix(name: String, stem: String) {
        #expect(FileStem(of: name).text == stem)
    }

    @Test func alternativesKeepTheSuffix() {
        #expect(
            Array(SpoolLayout.alternatives(to: "a.jsonl").prefix(3)) == ["a.jsonl", "a-2.jsonl", "a-3.jsonl"])
        #expect(Array(SpoolLayout.alternatives(to: "a").prefix(2)) == ["a", "a-2"])
        #expect(Array(SpoolLayout.alternatives(toStem: "a.b").prefix(2)) == ["a.b", "a.b-2"])
    }

    /// A file system takes names of at most 255 bytes; an alternative must not fail for its length.
    @Test(arguments: [
        String(repeating: "n", count: 255), String(repeating: "n", count: 249) + ".jsonl",
        String(repeating: "é", count: 124) + ".jsonl", "a." + String(repeating: "s", count: 253),
    ])
    func alternativesFitTheFileSystem(name: String) {
        let alternatives = Array(SpoolLayout.alternatives(to: name).prefix(12))
        #expect(alternatives.first == name)
        #expect(alternatives.allSatisfy { $0.utf8.count <= 255 })
        #expect(Set(alternatives).count == 12)
    }

    /// The members of the spool's group drop files, whatever the umask of whoever creates the spool.
    @Test func theGroupMayDropAndNobodyElseMayLook() throws {
        let spool = try TestSpool()
        #expect(try TestSpool.mode(of: spool.layout.incoming) == 0o770)
        for directory in [spool.layout.root, spool.layout.active, spool.layout.output] {
            #expect(try TestSpool.mode(of: directory) & 0o027 == 0)
        }
    }

    @Test func creatingTwiceKeepsWhatIsThere() throws {
        let spool = try TestSpool()
        try spool.drop("a.txt", "hello")
        try #require(chmod(spool.layout.incoming, 0o700) == 0)
        try spool.layout.create()
        #expect(try spool.names(in: spool.layout.incoming) == ["a.txt"])
        #expect(try TestSpool.mode(of: spool.layout.incoming) == 0o700)
    }

    @Test func missingParentsAreCreated() throws {
        let spool = try TestSpool()
        let nested = SpoolLayout(root: spool.layout.root + "/deep/er")
        try nested.create()
        #expect(
            try spool.names(in: nested.root) == ["active", "control", "done", "failed", "incoming", "output"])
    }

    @Test func aFileInTheWayIsNamed() throws {
        let spool = try TestSpool()
        try spool.drop("spool", "in the way")
        let error = #expect(throws: SpoolError.self) {
            try SpoolLayout(root: spool.layout.incoming + "/spool").create()
        }
        #expect(error?.path.hasSuffix("incoming/spool") == true)
    }
}
