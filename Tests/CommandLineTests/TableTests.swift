import Foundation
import JSON
import PromptBatch
import TestSupport
import Testing

@testable import draftspool

/// Prompts made of tables.
struct TableTests {
    private let spool: TemporarySpool

    init() throws {
        spool = try TemporarySpool()
    }

    private func prompts(
        of text: String, _ template: String = "Say {text}", idColumn: String? = nil, limit: Int = 1 << 20
    ) throws -> [String] {
        let source = try spool.write(text, to: "table")
        let prompts = TablePrompts(
            template: try PromptTemplate(template), idColumn: idColumn, maximumLineBytes: limit)
        var seen: [String] = []
        try prompts.forEach(in: source) { seen.append("\($0.place.row):\($0.customID):\($0.text)") }
        return seen
    }

    @Test(
        arguments: [
            ("id,text\n7,a\n8,b\n", ["2:7:Say a", "3:8:Say b"]),
            ("text\r\na\r\n\r\n\"b\r\nc\"\r\nd", ["2:row-2:Say a", "4:row-4:Say b\r\nc", "5:row-5:Say d"]),
            ("id,custom_id,text\n1,x,a\n", ["2:x:Say a"]),
            ("\u{FEFF}text,\ne\u{301},\n", ["2:row-2:Say e\u{301}"]),
            ("{\"id\":7,\"text\":\"a\"}\n\n{\"text\":1.50}", ["1:7:Say a", "3:row-3:Say 1.50"]),
            ("\u{FEFF}{\"text\":[1,{\"a\":null}],\"id\":\"q\"}\r\n", ["1:q:Say [1,{\"a\":null}]"]),
        ] as [(String, [String])])
    func aRowIsAPromptWithItsID(_ text: String, _ expected: [String]) throws {
        #expect(try prompts(of: text) == expected)
    }

    @Test func anotherColumnMayNameTheRows() throws {
        #expect(try prompts(of: "doi,id,text\n10.1,1,a\n", idColumn: "doi") == ["2:10.1:Say a"])
        #expect(try prompts(of: "{\"doi\":\"10.1\",\"text\":\"a\"}", idColumn: "doi") == ["1:10.1:Say a"])
    }

    @Test(
        arguments: [
            ("id,body\n1,a\n", 1, 1, "text", "no such column"),
            ("{\"text\":\"a\"}\n{\"body\":\"b\"}\n", 2, 2, "text", "no such column"),
            ("{\"text\":null}\n", 1, 1, "text", "no such column"),
            ("id,text\n\"1\n2\",a\n3\n", 3, 4, "text", "1 field, the header 2"),
            ("id,text\n1,a,b\n", 2, 2, nil, "3 fields, the header 2"),
            ("text,text\na,b\n", 1, 1, "text", "2 columns have this name"),
            ("id,text\n1,a\n1,b\n", 3, 3, "id", "already that of row 2"),
            ("id,text\n,a\n", 2, 2, "id", "makes no prompt"),
            ("id,text\n1,a\n2,\"b\n", 3, 3, "text", "never closed"),
            ("{\"text\":\"a\"}\nnonsense\n", 2, 2, nil, "no JSON object"),
            ("{\"text\":\"a\"}\n[1]\n", 2, 2, nil, "an array"),
        ] as [(String, Int, Int, String?, String)])
    func aRowThatMakesNoPromptIsNamed(
        _ text: String, _ row: Int, _ line: Int, _ column: String?, _ words: String
    ) throws {
        let error = #expect(throws: TableError.self) { try prompts(of: text) }
        #expect(error?.place == TablePlace(row: row, line: line) && error?.column == column)
        #expect(error?.problem.contains(words) == true)
        #expect(error?.description.hasPrefix("\(spool.layout.root)/table: row \(row)") == true)
    }

    @Test func aMissingColumnIsToldWithThoseThereAre() throws {
        let error = #expect(throws: TableError.self) { try prompts(of: "id,\u{1B}[31m\n1,a\n") }
        #expect(error?.remedy == "there are: 'id', '[31m'")
        #expect(throws: TableError.self) { try prompts(of: "id,text\n1,a\n", idColumn: "doi") }
    }

    @Test func aPromptWithoutTextIsNoPrompt() throws {
        let error = #expect(throws: TableError.self) { try prompts(of: "id,text\n1,a\n2, \n", "{text}") }
        #expect(error?.place.row == 3)
    }

    @Test(arguments: ["", "\n\n", "id,text\n", "[{\"text\":\"a\"}]", "PK\u{3}\u{4}", "\u{0}"])
    func whatIsNoTableIsToldByWhatItIs(_ text: String) {
        #expect(throws: ToolError.self) { try prompts(of: text) }
    }

    @Test func aRowBeyondTheLimitIsNotTaken() throws {
        let long = String(repeating: "x", count: 500)
        for text in ["text\n\(long)\n", "{\"text\":\"a\"}\n{\"text\":\"\(long)\"}\n"] {
            let error = #expect(throws: TableError.self) { try prompts(of: text, limit: 300) }
            #expect(error?.place.row == 2)
        }
    }

    @Test(arguments: 0..<20)
    func everyRowArrivesAsItWasWritten(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let rows = (0..<200).map { "\($0):\(generator.text(length: 12))" }
        let lines = rows.enumerated().map { index, row in "\(index),\"\(row)\"\n" }
        let source = try spool.write("id,text\n" + lines.joined(), to: "table.csv")
        let prompts = TablePrompts(
            template: try PromptTemplate("{text}"), idColumn: nil, maximumLineBytes: 1 << 20)
        let dropped = try spool.dropper().drop(tables: [source], as: nil, prompts: prompts)
        #expect(dropped.map(\.prompts) == [200] && dropped.map(\.name) == ["table.jsonl"])
        let file = try PromptFile(path: spool.layout.incoming + "/table.jsonl")
        var read: [String] = []
        try file.forEachPrompt(maximumLineBytes: 1 << 20) { result in
            read.append(try result.get().body["messages"]?[0]?["content"]?.stringValue ?? "")
        }
        #expect(read.map { Array($0.utf8) } == rows.map { Array($0.utf8) })
    }

    @Test func nothingIsDroppedUnlessEveryRowOfEveryTableMakesAPrompt() throws {
        let good = try spool.write("id,text\n1,a\n", to: "good.csv")
        let bad = try spool.write("id,text\n1,a\n2\n", to: "bad.csv")
        let prompts = TablePrompts(
            template: try PromptTemplate("{text}"), idColumn: nil, maximumLineBytes: 1 << 20)
        #expect(throws: TableError.self) {
            try spool.dropper().drop(tables: [good, bad], as: nil, prompts: prompts)
        }
        #expect(try spool.incoming.isEmpty)
        let drops = try spool.dropper().drop(tables: [good, good], as: nil, prompts: prompts)
        #expect(drops.map(\.name) == ["good.jsonl", "good-2.jsonl"])
        #expect(try spool.incoming == ["good-2.jsonl", "good.jsonl"])
        var status = stat()
        try #require(stat(spool.layout.incoming + "/good.jsonl", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o640 && UInt64(status.st_ino) == drops[0].inode)
    }

    @Test func everyPromptIsToldWithItsTable() throws {
        let one = try spool.write("id,text\n1,a\n2,b\n", to: "one.csv")
        let two = try spool.write("id,text\n1,c\n", to: "two.csv")
        let prompts = TablePrompts(
            template: try PromptTemplate("Say {text}"), idColumn: nil, maximumLineBytes: 1 << 20)
        var told = ["", ""]
        let drops = try spool.dropper().drop(tables: [one, two], as: nil, prompts: prompts) { table, prompt in
            told[table] += prompt.customID
        }
        #expect(drops.count == 2 && told == ["12", "1"])
    }

    @Test func theExampleMakesThreePrompts() throws {
        let prompts = TablePrompts(
            template: try PromptTemplate("Summarise: {abstract}"), idColumn: nil, maximumLineBytes: 1 << 20)
        let preview = try TablePreview(
            of: TestPaths.projectRoot + "/examples/papers.csv", prompts: prompts)
        #expect(preview.first.map(\.customID) == ["tides", "bread", "swifts"] && preview.count == 3)
        #expect(preview.first[1].text.hasSuffix("said that the rest was \"not bread\"."))
    }

    @Test func thePreviewShowsThreeAndReadsAll() throws {
        let rows = (1...5).map { "\($0),\"line\u{1B}[31m\r\ntwo\"\n" }.joined()
        let source = try spool.write("id,text\n" + rows, to: "table.csv")
        let prompts = TablePrompts(
            template: try PromptTemplate("{text}"), idColumn: nil, maximumLineBytes: 1 << 20)
        let preview = try TablePreview(of: source, prompts: prompts)
        let lines = preview.lines(for: Terminal(isInteractive: false, width: 100, hasColours: false))
        #expect(lines[0] == "\(source): 5 prompts, nothing dropped; the first 3:")
        #expect(Array(lines[1...4]) == ["", "1  row 2", "  line [31m", "  two"])
        #expect(lines.count == 13)
        #expect(preview.json["first"]?.arrayValue?.count == 3)
        #expect(preview.json["first"]?[0]?["prompt"]?.stringValue == "line\u{1B}[31m\r\ntwo")
    }
}
