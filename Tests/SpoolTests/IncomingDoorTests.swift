import Foundation
import Testing

@testable import Spool

@Suite struct IncomingDoorTests {
    @Test func aHiddenFileIsLetInUnderTheFirstFreeName() throws {
        let spool = try TestSpool()
        let door = IncomingDoor(layout: spool.layout)
        for expected in ["a.jsonl", "a-2.jsonl"] {
            let hidden = door.hiddenPath()
            try Data(expected.utf8).write(to: URL(fileURLWithPath: hidden))
            #expect(SpoolLayout.isIgnored(name: (hidden as NSString).lastPathComponent))
            #expect(try door.admit(hidden, as: "a.jsonl") == expected)
        }
        #expect(try spool.names(in: spool.layout.incoming) == ["a-2.jsonl", "a.jsonl"])
        #expect(try spool.text(of: spool.layout.incoming + "/a-2.jsonl") == "a-2.jsonl")
    }

    @Test(
        arguments: [
            ("a", nil), ("a.jsonl", nil), (String(repeating: "a", count: 200), nil),
            ("", IncomingDoor.NameProblem.noFileName), ("a/b", .noFileName), ("a\0", .noFileName),
            (".a", .ignored),
            ("a.part", .ignored), ("a~", .ignored), (String(repeating: "a", count: 201), .tooLong),
        ] as [(String, IncomingDoor.NameProblem?)])
    func namesThatTheDaemonTakes(_ name: String, _ problem: IncomingDoor.NameProblem?) {
        #expect(IncomingDoor.problem(with: name) == problem)
    }

    @Test func aLinkIsASecondNameOfAFile() throws {
        let spool = try TestSpool()
        try spool.drop("a", "text")
        let disk = LinuxDisk()
        let (source, target) = ("\(spool.layout.incoming)/a", "\(spool.layout.incoming)/.b.part")
        try disk.link(.init(source), to: .init(target))
        #expect(try disk.status(of: .init(source))?.inode == disk.status(of: .init(target))?.inode)
        let error = #expect(throws: SpoolError.self) { try disk.link(.init(source), to: .init(target)) }
        #expect(error?.code == EEXIST)
        let missing = #expect(throws: SpoolError.self) {
            try disk.link(.init(source + "x"), to: .init(target + "x"))
        }
        #expect(missing?.code == ENOENT)
    }
}
