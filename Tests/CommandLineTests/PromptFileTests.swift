import Foundation
import PromptBatch
import TestSupport
import Testing

@testable import draftspool

struct PromptFileTests {
    private func read(_ text: String, name: String = "a.jsonl", limit: Int = 1 << 20) throws -> [String] {
        var seen: [String] = []
        let file = PromptFile(name: name, bytes: Data(text.utf8))
        try file.forEachPrompt(maximumLineBytes: limit) { result in
            switch result {
            case .success(let prompt): seen.append("\(prompt.line):\(prompt.customID)")
            case .failure(let problem): seen.append("\(problem.line ?? 0):!\(problem.code)")
            }
        }
        return seen
    }

    @Test func linesKeepTheirNumbers() throws {
        let text = "\u{FEFF}{\"prompt\":\"a\"}\r\n\n{\"id\":\"x\",\"prompt\":\"b\"}\n   \n{\"prompt\":\"c\"}"
        #expect(try read(text) == ["1:line-1", "3:x", "5:line-5"])
    }

    @Test func anIDThatIsTakenIsAProblem() throws {
        let text = String(repeating: "{\"id\":\"x\",\"prompt\":\"a\"}\n", count: 3)
        #expect(try read(text) == ["1:x", "2:!duplicate_custom_id", "3:!duplicate_custom_id"])
    }

    @Test func idsAreComparedByTheirBytes() throws {
        let text = ["\u{E9}", "e\u{301}"].map { "{\"id\":\"\($0)\",\"prompt\":\"a\"}\n" }.joined()
        #expect(try read(text) == ["1:\u{E9}", "2:e\u{301}"])
    }

    @Test func badLinesDoNotHideGoodOnes() throws {
        let text =
            "{\"prompt\":\"a\"}\nnonsense\n{\"id\":\"q\"}\n{\"prompt\":\"\(String(repeating: "x", count: 99))\"}\n"
        #expect(
            try read(text, limit: 60) == [
                "1:line-1", "2:!invalid_json", "3:!missing_prompt", "4:!line_too_long",
            ])
    }

    @Test func aTextFileIsOnePrompt() throws {
        #expect(try read("Why is the sky blue?\n", name: "sky.md") == ["1:sky"])
    }

    @Test(arguments: ["", " \n\n", "\u{0}\u{1}\u{2}"])
    func aFileWithoutTextIsAProblem(_ text: String) {
        #expect(throws: PromptProblem.self) { try read(text) }
    }

    @Test func whatCannotBeOpenedIsNamed() {
        #expect(throws: ToolError.self) { try PromptFile(path: "/nowhere/at/all.jsonl") }
        #expect(throws: ToolError.self) { try PromptFile(path: "/tmp") }
    }

    @Test(arguments: 0..<100)
    func linesAreCountedAsSplitDoes(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var lines = [#"{"prompt":"first"}"#]
        for _ in 0..<Int.random(in: 0...20, using: &generator) {
            lines.append([#"{"prompt":"x"}"#, "", "  ", "\r"].randomElement(using: &generator) ?? "")
        }
        let expected = lines.enumerated()
            .filter { !$0.element.allSatisfy(\.isWhitespace) }.map {
                "\($0.offset + 1):line-\($0.offset + 1)"
            }
        #expect(try read(lines.joined(separator: "\n")) == expected)
    }
}
