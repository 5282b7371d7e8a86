import JSON
import Foundation
import PromptBatch
import Testing

@testable import draftspool

struct BatchReportTests {
    private let spool: TemporarySpool
    private let terminal = Terminal(isInteractive: false, width: 110, hasColours: false)

    init() throws {
        spool = try TemporarySpool()
    }

    private func report(_ names: [String] = ["job"], showsPrompts: Bool = true) throws -> BatchReport {
        let outputs = try names.map {
            try BatchOutput(directory: try SampleOutput(in: spool.layout.output, name: $0).directory)
        }
        return BatchReport(outputs: outputs, showsPrompts: showsPrompts)
    }

    @Test func everyPromptHasALine() throws {
        let lines = try report().lines(for: terminal)
        #expect(lines[1].hasPrefix("code-1  code 0.93"))
        #expect(lines[1].contains("0.75") && lines[1].contains("1.62×"))
        #expect(lines[1].hasSuffix("def f(): return 語"))
        #expect(lines[2].contains("off") && lines[2].hasSuffix("the engine ended"))
        #expect(lines[3].hasPrefix("line 3") && lines[3].hasSuffix("The line is not valid JSON."))
        #expect(lines.last == "output: \(spool.layout.output)/job")
        #expect(lines.allSatisfy { TextWidth.columns($0) <= 110 || $0.hasPrefix("output: ") })
    }

    @Test func totalsCountWhatFailed() throws {
        let report = try report(showsPrompts: false)
        let lines = report.lines(for: terminal)
        #expect(lines.contains { $0.hasPrefix("1 of 2 prompts answered, 1 failed, 1 line not readable") })
        #expect(!lines.contains { $0.contains("def f()") })
        let totals = try #require(report.totals?.totals)
        #expect(totals.prompts == 2 && totals.unreadable == 1 && totals.wallMilliseconds == 10_000)
    }

    @Test func severalBatchesMakeOneTable() throws {
        let report = try report(["job", "job-2"])
        #expect(report.totals?.totals.prompts == 4)
        let lines = report.lines(for: terminal)
        #expect(lines[1].hasPrefix("job/code-1 ") && lines[4].hasPrefix("job-2/code-1 "))
    }

    @Test func jsonHasTheRecordsAndTheAnswers() throws {
        let json = try report().json
        #expect(json["prompts"]?[0]?["answer"]?.stringValue == "def f():\n    return 語")
        #expect(json["prompts"]?[0]?["decision"]?["depth"]?.intValue == 3)
        #expect(json["prompts"]?[1]?["error"]?.stringValue == "the engine ended")
        #expect(json["errors"]?[0]?["error"]?["line"]?.intValue == 3)
        #expect(json["totals"]?["prompts"]?.intValue == 2)
        #expect(json["table"]?.arrayValue?.count == 1)
    }

    @Test func idsThatDifferInNormalisationAreTwoPrompts() throws {
        let ids = ["\u{E9}", "e\u{301}"]
        let directory = try SampleOutput(in: spool.layout.output, answers: ids).directory
        let entries = try BatchOutput(directory: directory).entries
        #expect(entries.map { $0.answer.map { Array($0.utf8) } } == ids.map { Array("of \($0)".utf8) })
    }

    @Test func aDirectoryThatIsNoOutputIsNamed() throws {
        for path in [spool.layout.root + "/none", spool.layout.incoming] {
            let error = #expect(throws: ToolError.self) { try BatchOutput(directory: path) }
            #expect(error?.problem.contains(path) == true)
        }
    }

    @Test func aDamagedFileIsNamedWithItsLine() throws {
        let sample = try SampleOutput(in: spool.layout.output)
        let file = sample.directory + "/timing.jsonl"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try Data((text + "{\"custom_id\":1}\n").utf8).write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: ToolError.self) { try BatchOutput(directory: sample.directory) }
        #expect(error?.problem.contains("timing.jsonl:3") == true)
    }

    @Test(arguments: [
        (#"{"choices":[{"text":"plain"}]}"#, "plain"),
        (
            #"{"choices":[{"message":{"content":null,"tool_calls":[{"function":{"name":"look_up"}}]}}]}"#,
            "look_up(…)"
        ),
        (#"{"choices":[{"message":{"content":"","reasoning_content":"hm"}}]}"#, "hm"),
    ])
    func answersOfEveryKindHaveText(_ body: String, _ expected: String) throws {
        let line = OutputLine(
            id: "x", customID: nil,
            response: .init(statusCode: 200, requestID: nil, body: try JSON.parse(Array(body.utf8))),
            error: nil)
        #expect(line.answerText == expected)
    }
}
