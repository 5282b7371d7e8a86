import CSV
import Foundation
import JSON
import PromptBatch
import TestSupport
import Testing

@testable import draftspool

struct ReportTableTests {
    private let spool: TemporarySpool

    init() throws {
        spool = try TemporarySpool()
    }

    private func report(_ output: SampleOutput, showsPrompts: Bool = true) throws -> BatchReport {
        BatchReport(
            outputs: [try BatchOutput(directory: output.directory)], showsPrompts: showsPrompts)
    }

    /// The rows by the titles of their columns.
    private func rows(_ report: BatchReport) throws -> [[String: String]] {
        var rows: [[String]] = []
        var parser = CSVParser()
        try parser.feed(ReportCSV(report).bytes) { rows.append($0.fields) }
        try parser.finish { rows.append($0.fields) }
        let titles = try #require(rows.first)
        return rows.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(titles, $0)) }
    }

    @Test func valuesHaveARowForEachPrompt() throws {
        let rows = try rows(try report(try SampleOutput(in: spool.layout.output)))
        #expect(rows.map { $0["custom_id"] } == ["code-1", "poem", ""])
        #expect(rows.map { $0["line"] } == ["1", "2", "3"])
        #expect(rows.map { $0["depth"] } == ["3", "0", ""])
        #expect(rows.map { $0["error"] } == ["", "the engine ended", "The line is not valid JSON."])
        let first = try #require(rows.first)
        #expect(first["workload"] == "code" && first["confidence"] == "0.93")
        #expect(first["acceptance"] == "0.75" && first["tokens_per_second"] == "50")
        #expect(first["speedup"] == "1.62" && first["speedup_low"] == "1.5")
        #expect(first["speedup_basis"] == "measured" && first["engine"] == "llama-server")
        #expect(rows.allSatisfy { $0["directory"] == spool.layout.output + "/job" })
    }

    @Test func withoutPromptsTheyHaveTheTotals() throws {
        let rows = try rows(try report(try SampleOutput(in: spool.layout.output), showsPrompts: false))
        #expect(rows.count == 1)
        #expect(rows.first?["workload"] == "code" && rows.first?["prompts"] == "1")
    }

    /// A failure that has a response stands in another place than one that has none.
    @Test func aRefusalHasItsReason() throws {
        let output = try SampleOutput(in: spool.layout.output)
        let refusal = OutputLine(
            id: "batch_req_b-4", customID: "long",
            response: .init(statusCode: 400, requestID: nil, body: JSON.null),
            error: .init(code: "engine_refused", message: "too long", line: 4))
        try Data(refusal.serialized()).write(to: URL(fileURLWithPath: output.directory + "/errors.jsonl"))
        let row = try #require(try rows(try report(output)).last)
        #expect(row["custom_id"] == "long" && row["error"] == "too long" && row["line"] == "4")
    }

    @Test func idsAreNoFormulas() throws {
        let output = try SampleOutput(in: spool.layout.output, answers: ["=1+1", "a\nb"])
        #expect(try rows(try report(output)).map { $0["custom_id"] } == ["'=1+1", "a b"])
    }

    @Test func markdownHasTheTables() throws {
        let output = try SampleOutput(in: spool.layout.output, answers: ["a|b", "*c*"])
        let lines = try report(output).markdown
        #expect(lines.first == "# answers")
        #expect(lines.contains("| workload | depth | prompts | tokens | accept | tok/s | speed-up |"))
        #expect(lines.contains("| :-- | :-- | --: | --: | --: | --: | --: |"))
        #expect(lines.contains { $0.hasPrefix("| a\\|b | code 0.93 | off |") })
        #expect(lines.contains { $0.hasPrefix("| \\*c\\* |") })
        let long = String(repeating: "x", count: 280)
        let whole = try report(try SampleOutput(in: spool.layout.output, answers: [long]))
        #expect(whole.markdown.contains { $0.hasSuffix("| of \(long) |") })
        let short = try report(try SampleOutput(in: spool.layout.output), showsPrompts: false).markdown
        #expect(!short.contains { $0.hasPrefix("| prompt |") })
    }

    /// Each sentence is a paragraph, and what failed is told from an answer without colours.
    @Test func markdownReadsWell() throws {
        let lines = try report(try SampleOutput(in: spool.layout.output)).markdown
        #expect(lines[2].hasPrefix("1 of 2 prompts answered") && lines[3].isEmpty)
        #expect(lines[4].contains("tokens in") && lines[5].isEmpty)
        #expect(lines.filter { $0.hasPrefix("## ") } == ["## By workload and setting", "## Prompts"])
        #expect(lines.contains { $0.hasSuffix("| failed: the engine ended |") })
    }

    @Test func thePageIsWrittenToAFile() async throws {
        let output = try SampleOutput(in: spool.layout.output)
        let file = spool.layout.root + "/report.html"
        let run = try await ProgramRun(draftspool: ["report", output.directory, "--html", file])
        #expect(run.status == 0 && run.output.isEmpty, "\(run.diagnostics)")
        let html = try String(contentsOfFile: file, encoding: .utf8)
        #expect(html.hasSuffix("</html>\n"))
        let printed = try await ProgramRun(draftspool: ["report", output.directory, "--html", "-"])
        #expect(printed.output == html)
    }

    @Test(arguments: [["--csv", "--json"], ["--html", "a", "--csv"], ["--learned", "--markdown"]])
    func whatDoesNotGoTogetherIsRefused(arguments: [String]) async throws {
        let run = try await ProgramRun(draftspool: ["report"] + arguments)
        #expect(run.status == 64)
    }
}
