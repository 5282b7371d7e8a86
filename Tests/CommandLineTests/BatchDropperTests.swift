import Foundation
import PromptBatch
import Testing

@testable import Spool
@testable import draftspool

struct BatchDropperTests {
    private let spool: TemporarySpool

    init() throws {
        spool = try TemporarySpool()
    }

    @Test func aFileArrivesWholeAndReadableForTheGroup() throws {
        let text = "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n"
        let source = try spool.write(text, to: "job.jsonl")
        let drop = try spool.dropper().drop(source, as: nil)
        #expect(drop.name == "job.jsonl" && drop.prompts == 2 && drop.unreadable == 0)
        let path = spool.layout.incoming + "/job.jsonl"
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        var status = stat()
        try #require(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o640)
        #expect(UInt64(status.st_ino) == drop.inode)
        #expect(try spool.incoming == ["job.jsonl"])
        #expect(FileManager.default.fileExists(atPath: source))
    }

    /// Whether the file system of the tests keeps attributes at all.
    private static let keepsAttributes: Bool = {
        guard let spool = try? TemporarySpool(),
            let writer = try? FileWriter(creating: spool.layout.root + "/probe")
        else { return false }
        return (try? writer.setDeadline(.within(.seconds(1)))) != nil
    }()

    @Test(.enabled(if: keepsAttributes))
    func aDeadlineGoesWithTheFileAndNotIntoIt() throws {
        let text = "{\"prompt\":\"a\"}\n"
        let source = try spool.write(text, to: "job.jsonl")
        var dropper = spool.dropper()
        dropper.deadline = .within(.seconds(86_400))
        _ = try dropper.drop(source, as: nil)
        let path = spool.layout.incoming + "/job.jsonl"
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        #expect(try InputFile(path: path).deadline().get() == .within(.seconds(86_400)))
        #expect(try InputFile(path: source).deadline().get() == nil)
    }

    @Test func aTakenNameGetsANumber() throws {
        let source = try spool.write("{\"prompt\":\"a\"}", to: "job.jsonl")
        let names = try (0..<3).map { _ in try spool.dropper().drop(source, as: nil).name }
        #expect(names == ["job.jsonl", "job-2.jsonl", "job-3.jsonl"])
    }

    @Test func unreadableLinesAreReportedAndDroppedAllTheSame() throws {
        let source = try spool.write("{\"prompt\":\"a\"}\nnonsense\n", to: "job.jsonl")
        let drop = try spool.dropper().drop(source, as: "other.jsonl")
        #expect(drop.name == "other.jsonl" && drop.unreadable == 1)
        #expect(drop.problems.map(\.line) == [2])
    }

    @Test(arguments: ["nonsense\n", "", "{\"id\":\"x\"}\n{}\n"])
    func aFileWithoutAReadablePromptIsDroppedByForceOnly(_ text: String) throws {
        let source = try spool.write(text, to: "job.jsonl")
        #expect(throws: ToolError.self) { try spool.dropper().drop(source, as: nil) }
        #expect(try spool.incoming.isEmpty)
        #expect(try spool.dropper(isForced: true).drop(source, as: nil).prompts == 0)
        #expect(try spool.incoming == ["job.jsonl"])
    }

    @Test(arguments: [".hidden", "x.part", "x.tmp", "x~", "a/b", "", String(repeating: "n", count: 201)])
    func namesThatTheDaemonWouldNotTakeAreRefused(_ name: String) throws {
        let source = try spool.write("{\"prompt\":\"a\"}", to: "job.jsonl")
        #expect(throws: ToolError.self) { try spool.dropper().drop(source, as: name) }
        #expect(try spool.incoming.isEmpty)
    }

    @Test func onlyRegularFilesAreTaken() throws {
        let fifo = spool.layout.root + "/fifo"
        try #require(mkfifo(fifo, 0o600) == 0)
        for path in [fifo, spool.layout.root, "/dev/null", "/nowhere"] {
            #expect(throws: ToolError.self) { try spool.dropper().drop(path, as: nil) }
        }
        #expect(try spool.incoming.isEmpty)
    }

    @Test func aSpoolThatIsNoneSaysSo() throws {
        let access = SpoolAccess(layout: SpoolLayout(root: spool.layout.root + "/none"))
        #expect(throws: ToolError.self) { try access.requireIncoming() }
        try spool.access.requireIncoming()
    }
}
