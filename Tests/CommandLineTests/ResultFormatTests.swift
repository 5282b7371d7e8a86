import CSV
import Foundation
import JSON
import PromptBatch
import TestSupport
import Testing

@testable import draftspool

/// How results are written.
struct ResultFormatTests {
    private func result(
        _ id: String? = "q", answer: String = "An answer.", failure: OutputLine.Failure? = nil,
        prompt: String = #"{"prompt":"What?"}"#
    ) throws -> BatchResult {
        let body: JSON = ["choices": [["message": ["content": .string(answer)], "finish_reason": "stop"]]]
        return BatchResult(
            outcome: OutputLine(
                id: OutputLine.id(batchID: "b", line: 7), customID: id,
                response: failure == nil ? .init(statusCode: 200, requestID: nil, body: body) : nil,
                error: failure),
            prompt: try PromptParser().parseLine(Array(prompt.utf8), line: 7))
    }

    private func text(_ format: ResultFormat, _ result: BatchResult) -> String {
        String(decoding: format.text(of: result), as: UTF8.self)
    }

    private func rows(_ bytes: [UInt8]) throws -> [[String]] {
        var parser = CSVParser()
        var rows: [[String]] = []
        try parser.feed(bytes) { rows.append($0.fields) }
        try parser.finish { rows.append($0.fields) }
        return rows
    }

    @Test func jsonHasQuestionAndAnswerOnOneLine() throws {
        #expect(
            text(.json, try result(answer: "two\nlines")) == """
                {"custom_id":"q","line":7,"prompt":"What?","answer":"two\\nlines","finish_reason":"stop",\
                "error":null}

                """)
        let failure = OutputLine.Failure(code: "cancelled", message: "Gone.", remedy: "Wait.")
        #expect(
            text(.json, try result(nil, failure: failure)) == """
                {"custom_id":null,"line":7,"prompt":"What?","answer":null,"finish_reason":null,\
                "error":{"code":"cancelled","message":"Gone.","remedy":"Wait."}}

                """)
    }

    @Test func jsonHasAllTurnsWhereThereAreMore() throws {
        let json = try result(prompt: #"{"system":"Be brief.","prompt":"What?"}"#).json
        #expect(json["prompt"]?.stringValue == "What?")
        #expect(json["messages"]?.arrayValue?.map { $0["role"]?.stringValue } == ["system", "user"])
        #expect(try result().json["messages"] == nil)
    }

    @Test func csvHasARowForEach() throws {
        let failure = OutputLine.Failure(code: "cancelled", message: "It was \"cancelled\".")
        let bytes =
            try ResultFormat.csv.beginning(title: "job")
            + ResultFormat.csv.text(of: result(answer: "a, b\r\nc"))
            + ResultFormat.csv.text(of: result(nil, failure: failure))
        #expect(
            try rows(bytes) == [
                ["custom_id", "line", "prompt", "answer", "finish_reason", "error_code", "error"],
                ["q", "7", "What?", "a, b\r\nc", "stop", "", ""],
                ["", "7", "What?", "", "", "cancelled", "It was \"cancelled\"."],
            ])
    }

    @Test(
        arguments: [
            ("=1+1", "'=1+1"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"), ("-1+1", "'-1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"), ("\r=1", "'\r=1"), ("\n=1", "'\n=1"), ("＝1+1", "'＝1+1"), ("＠x", "'＠x"),
            ("- a list", "'- a list"), ("'quoted'", "''quoted'"), ("=\u{301}1", "'=\u{301}1"),
            ("-5", "-5"), ("+1.50", "+1.50"), ("-", "-"), ("5-1", "5-1"), ("a=b", "a=b"), ("", ""),
            (" =1", " =1"),
        ])
    func aSpreadsheetSeesNoFormula(_ text: String, _ expected: String) {
        #expect(Array(SpreadsheetCell.harmless(text).utf8) == Array(expected.utf8))
    }

    @Test(arguments: 0..<100)
    func everyTextComesOutOfACSVAgain(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let openings = ["", "=", "-", "'", "''", "@", "-1", "\r"]
        let text = (openings.randomElement(using: &generator) ?? "") + generator.text(length: 10)
        let cell = try rows(ResultFormat.csv.text(of: try result(answer: text)))[0][3]
        let isMarked = cell.utf8.first == UInt8(ascii: "'")
        #expect(Array(cell.utf8.dropFirst(isMarked ? 1 : 0)) == Array(text.utf8))
    }

    @Test func markdownKeepsEachAnswerToItsChapter() throws {
        let answered = try result("a_*b*\n<i>", answer: "# Title\n```swift\nlet x\r---\r\n<div>")
        #expect(
            text(.markdown, answered) == """

                ## a\\_\\*b\\* \\<i\\>

                Asked:

                > What?

                Answered:

                > # Title
                > ```swift
                > let x
                > ---
                > <div>

                """)
        let failure = OutputLine.Failure(code: "engine_error", message: "No.")
        let failed = try result(failure: failure)
        #expect(text(.markdown, failed).hasSuffix("\nFailed (engine\\_error):\n\n> No.\n"))
    }

    @Test(arguments: 0..<100)
    func nothingAnAnswerSaysLeavesItsQuote(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = ["```", "\r", "\n", "\r\n", "# x", "    ", "<!--", "- ", "\u{2028}", "語", "> ", "\u{C}"]
        let answer = (0..<20).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
        let quoted = MarkdownText.quoted(answer).unicodeScalars
        #expect(quoted.last == "\n" && !quoted.contains("\r"))
        let lines = quoted.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.first == ">" })
    }

    @Test(arguments: 0..<100)
    func aTerminalIsToldNothing(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let text = generator.text(length: 30) + "\u{9B}31m\u{7F}\u{2066}"
        let result = try result(text, answer: text)
        for format in ResultFormat.allCases {
            let shown = String(decoding: format.madeSafe(format.text(of: result)), as: UTF8.self)
            let obeyed = shown.unicodeScalars.filter {
                $0 != "\n"
                    && ($0.properties.generalCategory == .control || $0 == "\u{2066}" || $0 == "\u{202E}")
            }
            #expect(obeyed.isEmpty, "\(format)")
        }
        let json = ResultFormat.json.madeSafe(ResultFormat.json.text(of: result))
        #expect(try JSON.parse(json) == result.json)
    }
}
