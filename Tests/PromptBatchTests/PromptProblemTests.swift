import Foundation
import PromptBatch
import Testing

@Suite("Problems of inputs")
struct PromptProblemTests {
    @Test("codes and keys round-trip, absent values are left out")
    func codable() throws {
        let problem = PromptProblem.duplicateCustomID("a", line: 9, firstLine: 2)
        #expect(problem.json.objectValue?.keys == ["code", "message", "remedy", "line", "custom_id"])
        #expect(
            try JSONDecoder().decode(PromptProblem.self, from: Data(problem.json.serialized())) == problem)
        #expect(try JSONDecoder().decode(PromptProblem.self, from: JSONEncoder().encode(problem)) == problem)
        #expect(problem.description.hasPrefix("line 9 (custom_id \"a\"): "))
    }

    @Test("problems of whole files have their codes")
    func files() {
        #expect(PromptProblem.emptyFile.code == "empty_file")
        #expect(PromptProblem.lineTooLong(line: 2, limit: 10).code == "line_too_long")
        #expect(PromptProblem.documentTooLong(limit: 10).code == "document_too_long")
        #expect(PromptProblem.duplicateCustomID("a", line: 2, firstLine: 1).code == "duplicate_custom_id")
        let first = PromptProblem(.invalidJSON, "Broken.", remedy: "Mend.", line: 1)
        let none = PromptProblem.noReadablePrompt(lines: 3, first: first)
        #expect(none.code == "no_readable_prompt" && none.message.contains("line 1: Broken."))
        #expect(PromptProblem.noReadablePrompt(lines: 3, first: nil).message.contains("3 lines"))
    }

    @Test("the report of a failed file lists a bounded number of problems")
    func report() throws {
        let problems = (1...300).map { PromptProblem(.invalidJSON, "Broken.", remedy: "Mend.", line: $0) }
        let report = InputErrorReport(
            batchID: "b7",
            input: "a.jsonl", problem: .noReadablePrompt(lines: 300, first: problems[0]), problems: problems)
        #expect(report.problems.count == 100)
        #expect(report.json.objectValue?.keys == ["batch_id", "input", "error", "problems"])
        #expect(
            try JSONDecoder().decode(InputErrorReport.self, from: Data(report.serialized())) == report)
    }

    @Test("the table of codes in docs/formats.md is complete and has no other codes")
    func documented() throws {
        let text = String(decoding: try Documentation.bytes(of: "formats.md"), as: UTF8.self)
        let documented = text.split(separator: "\n").compactMap { row -> String? in
            guard row.hasPrefix("| `"), let end = row.dropFirst(3).firstIndex(of: "`") else { return nil }
            return String(row.dropFirst(3)[..<end])
        }
        let known = PromptProblemCode.allCases.map(\.rawValue)
        let table = documented.filter { known.contains($0) }
        #expect(table.sorted() == known.sorted())
    }
}
