import CSV
import Foundation
import JSON
import PromptBatch
import TestSupport
import Testing

@testable import draftspool

/// Results as files.
struct ResultDirectoryTests {
    private let spool: TemporarySpool
    private var directory: String { spool.layout.root + "/answers" }

    init() throws {
        spool = try TemporarySpool()
    }

    private func result(_ id: String?, line: Int, isFailed: Bool = false) -> BatchResult {
        let body: JSON = ["choices": [["message": ["content": .string("of line \(line)")]]]]
        return BatchResult(
            outcome: OutputLine(
                id: OutputLine.id(batchID: "b", line: line), customID: id,
                response: isFailed ? nil : .init(statusCode: 200, requestID: nil, body: body),
                error: isFailed
                    ? .init(code: "cancelled", message: "It was cancelled.", remedy: "Wait.") : nil),
            prompt: nil)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: directory + "/" + name, encoding: .utf8)
    }

    @Test(
        arguments: [
            ("q-1", "q-1"), ("../../etc/passwd", "_._.._etc_passwd"), ("..", "_."), (".hidden", "_hidden"),
            ("-rf", "_rf"), ("a/b\\c:d", "a_b_c_d"), ("a\u{0}b\nc", "a_b_c"), ("naïve 語", "naïve_語"),
            ("", "_"),
            ("\u{202E}x", "_x"), ("a.b-c_d", "a.b-c_d"), ("e\u{301}", "e\u{301}"), ("$(rm)", "__rm_"),
        ])
    func namesAreSafe(_ id: String, _ expected: String) {
        #expect(Array(AnswerFileName.safe(id).utf8) == Array(expected.utf8))
    }

    @Test(arguments: 0..<200)
    func noNameLeavesItsDirectory(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = ["/", "..", ".", "\u{0}", "~", "語", "a", "\\", "-", String(repeating: "é", count: 40)]
        let id = (0..<10).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
        for name in AnswerFileName.candidates(for: result(id, line: .max)).prefix(3) {
            #expect(
                !name.contains("/") && !name.contains("\0") && !name.hasPrefix(".") && !name.hasPrefix("-"))
            #expect(name.utf8.count + ".failed.txt".utf8.count <= 255 && !name.isEmpty)
        }
    }

    @Test func idsThatMakeTheSameNameAreToldApart() throws {
        let files = try ResultDirectory(path: directory)
        let ids: [String?] = ["a/b", "a:b", "a_b", "a_b-3", nil, "line-5"]
        for (index, id) in ids.enumerated() { try files.add(result(id, line: index + 1)) }
        try files.add(result("a/b", line: 7, isFailed: true))
        try files.finish()
        let expected = [
            "a_b.txt", "a_b-2.txt", "a_b-3.txt", "a_b-3-4.txt", "line-5.txt", "line-5-6.txt",
            "a_b.failed.txt",
        ]
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
                == (expected + ["index.csv"]).sorted())
        for (index, name) in expected.dropLast().enumerated() {
            #expect(try text(name) == "of line \(index + 1)\n")
        }
        #expect(try text("a_b.failed.txt") == "cancelled: It was cancelled.\nWait.\n")
        var parser = CSVParser()
        var rows: [[String]] = []
        try parser.feed(Array(try text("index.csv").utf8)) { rows.append($0.fields) }
        #expect(rows.dropFirst().map { $0[0] } == expected)
        #expect(rows[1] == ["a_b.txt", "a/b", "1", "", "", ""])
    }

    @Test func aDirectoryThatHoldsSomethingIsLeftAlone() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        _ = try ResultDirectory(path: directory)
        #expect(throws: ToolError.self) { try ResultDirectory(path: directory) }
        let file = try spool.write("mine", to: "file")
        #expect(throws: (any Error).self) { try ResultDirectory(path: file) }
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
    }

    @Test func aFileIsReplacedWhenItIsWhole() throws {
        let path = try spool.write("old", to: "results.csv")
        do {
            let output = try ResultOutput(path: path)
            try output.write([UInt8](repeating: 0x78, count: 200_000))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: spool.layout.root)
        #expect(!names.contains { $0.hasPrefix(".results-") })
        let output = try ResultOutput(path: path)
        try output.write(Array("new".utf8))
        try output.finish()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
        #expect(throws: (any Error).self) { try ResultOutput(path: spool.layout.root + "/none/x") }
        #expect(throws: (any Error).self) { try ResultOutput(path: spool.layout.root) }
    }

    @Test func aDeviceIsWrittenToNotReplaced() throws {
        let output = try ResultOutput(path: "/dev/null")
        try output.write(Array("new".utf8))
        try output.finish()
        var status = stat()
        try #require(lstat("/dev/null", &status) == 0)
        #expect(status.st_mode & S_IFMT == S_IFCHR)
    }
}
