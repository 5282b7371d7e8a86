import ArgumentParser
import Testing

@testable import draftspool

struct PromptTemplateTests {
    private let cells = ["abstract": "It {works}.", "a b": "two", "é": "accent"]

    private func filled(_ template: String) throws -> String {
        try PromptTemplate(template).filled { column in try #require(cells[column]) }
    }

    @Test(
        arguments: [
            ("Summarise: {abstract}", "Summarise: It {works}."), ("{a b}{a b}", "twotwo"),
            ("{{{a b}}}", "{two}"), ("As JSON, {{\"x\": 1}}: {é}", "As JSON, {\"x\": 1}: accent"),
            ("{a b}\n", "two\n"),
        ])
    func columnsAreFilledInOnce(_ template: String, _ expected: String) throws {
        #expect(try filled(template) == expected)
    }

    @Test(arguments: ["", "no column", "{{a}}", "{", "}", "{a", "a}", "{}", "{a{b}}", "{a}}", "{a} {"])
    func aTemplateThatMakesNoSenseIsWrongUsage(_ template: String) {
        #expect(throws: ValidationError.self) { try PromptTemplate(template) }
    }

    @Test func namesAreComparedByTheirBytes() throws {
        #expect(try PromptTemplate("{e\u{301}}").pieces == [.column("e\u{301}")])
        let row = TableRow(
            file: "t", place: TablePlace(row: 2, line: 2),
            cells: .fields(["x"], header: TableHeader(names: ["\u{E9}"], place: TablePlace(row: 1, line: 1))))
        #expect(try row.text(of: "\u{E9}") == "x")
        #expect(try row.text(of: "e\u{301}") == nil)
    }
}
