import PromptBatch
import TestSupport
import Testing

@Suite("Telling formats")
struct FormatTests {
    private func format(_ text: String, _ name: String) throws(PromptProblem) -> BatchFormat {
        try PromptParser.format(fileName: name, head: Array(text.utf8))
    }

    private func code(_ head: [UInt8], _ name: String = "a.jsonl") -> String? {
        do throws(PromptProblem) {
            _ = try PromptParser.format(fileName: name, head: head)
            return nil
        } catch {
            return error.code
        }
    }

    private let batch = #"{"custom_id":"a","method":"POST","url":"/v1/completions","body":{"prompt":"x"}}"#
    private let simple = #"{"prompt":"x"}"#

    @Test(
        "content decides, whatever the suffix", arguments: ["a.jsonl", "a.txt", "a.md", "a", "a.json", ".b"])
    func byContent(name: String) throws {
        #expect(try format(batch + "\n" + simple, name) == .openAIBatch)
        #expect(try format("\u{FEFF}\r\n" + simple + "\r\n" + batch, name) == .simpleJSONL)
        #expect(try format(#"{"messages":[]}"#, name) == .simpleJSONL)
        #expect(try format("{broken\n" + simple + "\n", name) == .simpleJSONL)
        #expect(try format(#"{"prompt":"a","prompt":"b"}"#, name) == .simpleJSONL)
        #expect(try format(#"{"prompt":"cut off he"#, name) == .simpleJSONL)
        #expect(try format(#"{"custom_id":"a","body":{"messages":[{"role":"#, name) == .openAIBatch)
    }

    @Test("the suffix decides where the content leaves it open")
    func bySuffix() throws {
        #expect(try format("Write a poem.", "a.txt") == .text)
        #expect(try format("Write a poem.", "a") == .text)
        #expect(try format("# Title", "a.md") == .markdown)
        #expect(try format("# Title", "a.MARKDOWN") == .markdown)
        #expect(try format("not json", "a.jsonl") == .simpleJSONL)
        #expect(try format("{broken", "a.jsonl") == .simpleJSONL)
        #expect(try format(#"{"question":"x"}"#, "a.txt") == .text)
        #expect(try format("[a link](x)", "a.md") == .markdown)
        #expect(try format("not json\n" + simple, "a.jsonl") == .simpleJSONL)
    }

    @Test("prose that quotes a prompt line stays prose")
    func quotedLine() throws {
        #expect(try format("What is wrong with this line?\n\n" + simple + "\n", "a.txt") == .text)
        #expect(try format("Explain:\n```\n\(batch)\n\(batch)\n```\n", "a.md") == .markdown)
    }

    @Test("JSON that is not one object a line is refused with the way out")
    func notJSONLines() {
        #expect(code(Array("[\n\(simple),\n\(simple)\n]".utf8)) == "not_json_lines")
        #expect(code(Array("[\(simple)]".utf8), "a.txt") == "not_json_lines")
        #expect(code(Array("{\n  \"prompt\": \"x\"\n}\n".utf8), "a.json") == "not_json_lines")
        #expect(code(Array("{\n  \"prompt\": \"x\"\n}\n".utf8), "a.txt") == "not_json_lines")
    }

    @Test("empty and binary files are refused")
    func notText() {
        #expect(code([]) == "empty_file")
        #expect(code(Array(" \r\n\t\n".utf8)) == "empty_file")
        #expect(code([0xEF, 0xBB, 0xBF]) == "empty_file")
        #expect(code(Array("text with a \0 in it".utf8), "a.txt") == "binary_file")
        #expect(code([0x1F, 0x8B, 0x08, 0x41]) == "binary_file")
        #expect(code(Array("%PDF-1.7".utf8)) == "binary_file")
        #expect(code([0xFF, 0xFE, 0x41, 0x00], "a.txt") == "binary_file")
        var generator = SeededGenerator(seed: 6)
        let noise = (0..<4_096).map { _ in UInt8.random(in: 1...255, using: &generator) }
        #expect(code(noise, "a.txt") == "binary_file")
    }

    @Test("a few bytes of another encoding are left to the reader of lines")
    func otherEncoding() throws {
        let latin1 = Array("Das Men".utf8) + [0xFC] + Array(" des Tages ist heute gut.".utf8)
        #expect(try PromptParser.format(fileName: "a.txt", head: latin1) == .text)
    }

    @Test("lines and documents are told apart")
    func lineBased() {
        #expect(BatchFormat.allCases.filter(\.isLineBased) == [.openAIBatch, .simpleJSONL])
    }
}
