import Foundation
import PromptBatch
import Testing

@Suite("Bad input on the real engine", .serialized)
struct BadInputTests {
    @Test("Each bad line has its own entry with its number, the others run")
    func badLines() async throws {
        let site = try TestSite(settings: TestSite.oneLane + "input:\n  max-line-size: 4KiB")
        try await site.start()
        var bytes: [UInt8] = []
        func line(_ text: String) { bytes += Array(text.utf8) + [0x0A] }
        line(#"{"id": "good-1", "prompt": "What is the capital of France?", "max_tokens": 8}"#)
        line("this is no JSON")
        line(#"{"id": "no-prompt", "max_tokens": 8}"#)
        line(#"{"id": "good-1", "prompt": "the same id again", "max_tokens": 8}"#)
        line(#"{"custom_id": "bad-url", "method": "POST", "url": "/v1/images", "body": {"prompt": "x"}}"#)
        line(#"{"id": "streams", "prompt": "x", "stream": true}"#)
        line(#"{"id": "wrong-type", "prompt": "x", "temperature": "hot"}"#)
        bytes += Array(#"{"id": "bad-utf8", "prompt": ""#.utf8) + [0xFF, 0xFE] + Array("\"}\n".utf8)
        line(#"{"id": "too-long", "prompt": ""# + String(repeating: "x", count: 5000) + #""}"#)
        line(#"{"id": "good-2", "prompt": "What is the capital of Italy?", "max_tokens": 8}"#)
        try site.drop("batch.jsonl", bytes: bytes)

        let output = try await site.output("batch")
        #expect(output.answeredIDs == ["good-1", "good-2"])
        let found = Dictionary(
            uniqueKeysWithValues: output.errors.map { ($0.error?.line ?? 0, $0.error?.code ?? "") })
        #expect(
            found == [
                2: "invalid_json", 3: "missing_prompt", 4: "duplicate_custom_id", 5: "unknown_url",
                6: "stream_unsupported", 7: "wrong_type", 8: "invalid_utf8", 9: "line_too_long",
            ])
        #expect(output.errors.allSatisfy { $0.error?.remedy?.isEmpty == false })
        #expect(output.summary.totals.unreadable == 8)
    }

    @Test("A file without a readable prompt goes to failed/ with its reasons")
    func hopelessFiles() async throws {
        let site = try TestSite(settings: TestSite.oneLane)
        try await site.start()
        try site.drop("empty.jsonl", "")
        try site.drop("binary.bin", bytes: [0x7F, 0x45, 0x4C, 0x46, 0, 0, 1, 2, 0xFF, 0xFE, 0, 9])
        try site.drop("bad.jsonl", "{\"id\": 1}\nno\n")
        for name in ["empty.jsonl", "binary.bin", "bad.jsonl"] {
            try await site.wait("the file and its reasons are in failed/") {
                [name, name + ".error.json"].allSatisfy {
                    FileManager.default.fileExists(atPath: site.layout.failed + "/" + $0)
                }
            }
            let data = try Data(contentsOf: URL(fileURLWithPath: site.layout.failed + "/\(name).error.json"))
            let report = try JSONDecoder().decode(InputErrorReport.self, from: data)
            #expect(report.input == name)
            #expect(!report.problem.remedy.isEmpty)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: site.layout.output).isEmpty)
    }

    @Test("What is no regular file is left alone and logged once; work in progress is ignored")
    func foreignEntries() async throws {
        let site = try TestSite(
            settings: TestSite.oneLane + "input:\n  rescan-interval: 200ms\n  settle-time: 500ms")
        try await site.start()
        let incoming = site.layout.incoming
        try FileManager.default.createDirectory(
            atPath: incoming + "/directory", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: incoming + "/link.jsonl", withDestinationPath: "/etc/passwd")
        #expect(mkfifo(incoming + "/fifo.jsonl", 0o600) == 0)
        for name in [".hidden.jsonl", "half.part", "half.tmp", "backup.jsonl~"] {
            try Prompts.code(1).write(toFile: incoming + "/" + name, atomically: false, encoding: .utf8)
        }
        try site.drop("good.jsonl", Prompts.code(1))
        _ = try await site.output("good")
        try await site.wait("all three are logged") {
            ["directory", "link.jsonl", "fifo.jsonl"].allSatisfy { site.log.contains("incoming/\($0) is ") }
        }
        // A further name of a file is found by looking through the directory once more, and by nothing else.
        let own = site.root + "/own.jsonl"
        try Prompts.code(1).write(toFile: own, atomically: true, encoding: .utf8)
        #expect(link(own, incoming + "/second.jsonl") == 0)
        _ = try await site.output("second")
        for name in ["directory", "link.jsonl", "fifo.jsonl"] {
            #expect(site.log.components(separatedBy: "incoming/\(name) is ").count == 2)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: incoming).count == 7)
    }

    @Test("A file is taken only when its writer has closed it, also after a restart")
    func openFiles() async throws {
        let site = try TestSite(
            settings: TestSite.oneLane + "input:\n  rescan-interval: 200ms\n  settle-time: 1h")
        try await site.start()
        let path = site.layout.incoming + "/slow.jsonl"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        try? FileManager.default.removeItem(atPath: site.layout.failed + "/slow.jsonl")
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let writer = try #require(FileHandle(forWritingAtPath: path))
        try writer.write(contentsOf: Data(Prompts.code(1).utf8))
        try await site.start()
        try await Task.sleep(for: .seconds(1))
        #expect(FileManager.default.fileExists(atPath: path))
        try writer.write(contentsOf: Data(Prompts.code(1, prefix: "more").utf8))
        try writer.close()
        #expect(try await site.output("slow").answeredIDs == ["code-0", "more-0"])
    }

    @Test("The engine's refusal fails that prompt with the engine's message")
    func engineRefusal() async throws {
        let site = try TestSite(settings: TestSite.oneLane)
        try await site.start()
        let long = String(repeating: "word ", count: 3000)
        try site.drop(
            "batch.jsonl",
            #"{"id": "too-big", "prompt": "\#(long)", "max_tokens": 8}"# + "\n" + Prompts.code(2))
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ["code-0", "code-1"])
        let refused = try #require(output.error("too-big"))
        #expect(refused.error?.code == "engine_refused")
        #expect(refused.response?.statusCode == 400)
        #expect(refused.error?.message.contains("context") == true)
        #expect(output.timing("too-big")?.attempts == 1)
        #expect(output.summary.totals.failed == 1)
    }
}
