import CSV
import Testing

@Suite("Reading comma-separated values")
struct CSVParserTests {
    @Test(
        "fields as RFC 4180 has them",
        arguments: [
            ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
            ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
            ("a,\n,b\n", [["a", ""], ["", "b"]]),
            ("a,", [["a", ""]]),
            ("\"a\",\"b,c\"\n", [["a", "b,c"]]),
            ("\"say \"\"no\"\"\"\n", [["say \"no\""]]),
            ("\"one\r\ntwo\n\nthree\",x\n", [["one\r\ntwo\n\nthree", "x"]]),
            (" a , b \n", [[" a ", " b "]]),
            ("\"\"\n", [[""]]),
            ("", []),
            ("\n\r\n", []),
            ("a\n\n\r\nb\n", [["a"], ["b"]]),
            ("\u{FEFF}\"a\",b\n", [["a", "b"]]),
            ("\u{FEF1}a\n", [["\u{FEF1}a"]]),
            ("\u{FEFF}", []),
            // To a parser of characters the quote and the mark after it are one, and the comma and its mark.
            ("\"x\",\"\u{301}y\",\u{301}z\n", [["x", "\u{301}y", "\u{301}z"]]),
        ] as [(String, [[String]])])
    func fields(_ text: String, _ expected: [[String]]) throws {
        #expect(try rows(Array(text.utf8)).map(\.fields) == expected)
    }

    @Test("rows are counted as a spreadsheet does, lines as an editor does")
    func places() throws {
        let rows = try rows(Array("id,text\n\n1,\"two\nlines\"\r\n2,x\n".utf8))
        #expect(rows.map(\.number) == [1, 3, 4])
        #expect(rows.map(\.line) == [1, 3, 5])
    }

    @Test(
        "what is no CSV is told with its place",
        arguments: [
            ("a,b\nx,y\"z\n", 2, 2, 2, "in a field that does not begin with one"),
            ("a,b\n\"x\"y,z\n", 2, 2, 1, "after the closing quote"),
            ("a,b\n\"x\" ,z\n", 2, 2, 1, "after the closing quote"),
            ("a,b\n1,\"open\n\n2,3\n", 2, 2, 2, "never closed"),
            ("a\rb\n", 1, 1, 1, "carriage return"),
            ("a\r", 1, 1, 1, "carriage return"),
            ("a,\"b\nc\",\"", 1, 2, 3, "never closed"),
        ] as [(String, Int, Int, Int, String)])
    func errors(_ text: String, _ row: Int, _ line: Int, _ field: Int, _ words: String) throws {
        let error = #expect(throws: CSVError.self) { try rows(Array(text.utf8)) }
        #expect(error?.row == row && error?.line == line && error?.field == field)
        #expect(error?.problem.contains(words) == true)
    }

    @Test("bytes that are not UTF-8 are an error, also those cut off by a comma")
    func invalidUTF8() {
        for bytes in [[0x61, 0xFF], [0xC3, UInt8(ascii: ","), 0xA9]] as [[UInt8]] {
            let error = #expect(throws: CSVError.self) { try rows(bytes) }
            #expect(error?.problem.contains("UTF-8") == true)
        }
    }

    @Test("a quote that is never closed does not take the file into memory")
    func limit() {
        var parser = CSVParser(maximumRowBytes: 1_000)
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 400)
        let error = #expect(throws: CSVError.self) {
            try parser.feed(Array("a,b\n\"".utf8)) { _ in }
            for _ in 0..<3 { try parser.feed(piece) { _ in } }
        }
        #expect(error?.row == 2 && error?.problem.contains("1000 bytes") == true)
    }

    private func rows(_ bytes: [UInt8]) throws -> [CSVRow] {
        var parser = CSVParser()
        var rows: [CSVRow] = []
        try parser.feed(bytes) { rows.append($0) }
        try parser.finish { rows.append($0) }
        return rows
    }
}
