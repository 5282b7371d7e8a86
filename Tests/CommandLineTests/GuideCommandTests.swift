import Foundation
import TestSupport
import Testing

/// Commands that the guides give, run as they stand.
@Suite struct GuideCommandTests {
    private let spool: TemporarySpool

    init() throws {
        spool = try TemporarySpool()
    }

    /// The shell commands of a guide among which is `command`.
    private func commands(of guide: String, with command: String) throws -> String {
        let path = TestPaths.projectRoot + "/docs/guides/\(guide).md"
        let blocks = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "```")
        let block = try #require(blocks.first { $0.hasPrefix("sh\n") && $0.contains(command) })
        return String(block.dropFirst("sh\n".count))
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/jq"), "there is no jq"))
    func theLoopThatReadsTakesEachBatchOnceAndNoneThatItCouldNotRead() async throws {
        let script = try commands(of: "many-small-files", with: "touch \"$seen/$name\"")
            .replacingOccurrences(of: "/var/spool/draftspool", with: spool.layout.root)
        let environment = ["HOME": spool.layout.root, "PATH": "/usr/bin:/bin"]
        func answers() async throws -> String {
            try await ProgramRun("/bin/sh", ["-c", script], environment: environment).output
        }
        try FileManager.default.createDirectory(
            atPath: spool.layout.output + "/ticket", withIntermediateDirectories: true)
        _ = try spool.write("", to: "output/ticket/errors.jsonl")
        _ = try spool.write("{\"custom_id\": ", to: "output/ticket/output.jsonl")
        #expect(try await answers().isEmpty)
        _ = try spool.write(
            #"{"custom_id": "a", "response": {"body": {"choices": [{"message": {"content": "Rome"}}]}}}"#,
            to: "output/ticket/output.jsonl")
        #expect(try await answers() == "{\"id\":\"a\",\"answer\":\"Rome\"}\n")
        #expect(try await answers().isEmpty)
    }
}
