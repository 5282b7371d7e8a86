import Foundation
import SystemPackage
import Testing

@testable import Spool

@Suite struct FileNameTests {
    @Test(arguments: [
        ("plain.jsonl", "plain.jsonl"), ("a b.txt", "a b.txt"), ("grüße.md", "grüße.md"),
        ("a\nb.txt", "a%0Ab.txt"), ("\u{1B}[31mred", "%1B[31mred"), ("a\u{7F}", "a%7F"),
        ("a\u{85}", "a%C2%85"),
    ])
    func namesBecomeSafeText(name: String, text: String) {
        #expect(FileName(name).text == text)
    }

    @Test func bytesThatAreNoTextAreEscaped() {
        #expect(FileName(bytes: Array("caf".utf8) + [0xE9] + Array(".txt".utf8)).text == "caf%E9.txt")
        let long = FileName(bytes: [UInt8](repeating: 0xFF, count: 255)).text
        #expect(long.utf8.count <= SpoolLayout.maximumNameBytes)
    }

    /// Files of any name are seen and claimed; what runs is the file itself.
    @Test(arguments: [
        [UInt8]("new\nline.jsonl".utf8), [0xFF, 0xFE, 0x2E, 0x74],
        [UInt8](repeating: UInt8(ascii: "n"), count: 255),
        [UInt8](repeating: 0xE9, count: 255), [UInt8]("-rf".utf8), [UInt8]("\u{202E}txt".utf8),
    ])
    func anyNameIsClaimed(bytes: [UInt8]) throws {
        let spool = try TestSpool()
        let name = FileName(bytes: bytes)
        let descriptor = name.path(in: spool.layout.incoming).withPlatformString {
            open($0, O_CREAT | O_WRONLY, 0o640)
        }
        try #require(descriptor >= 0)
        #expect(write(descriptor, "x", 1) == 1)
        close(descriptor)
        let found = try LinuxDisk().list(FilePath(spool.layout.incoming))
        #expect(found == [name])
        let entry = try #require(
            IncomingEntry(found: name, in: spool.layout, history: nil, settleTime: .zero))
        #expect(entry.kind == .complete(.known))
        let file = try #require(
            try ClaimedFile.claim(name, as: ClaimedFile.makeID(on: LinuxDisk()), in: spool.layout))
        #expect(try spool.text(of: file.path) == "x")
        #expect(file.name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        #expect(try LinuxDisk().list(FilePath(spool.layout.incoming)).isEmpty)
        #expect(try ClaimedFile.existing(in: spool.layout).map(\.name) == [file.name])
    }
}
