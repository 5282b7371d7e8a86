import CSV
import TestSupport
import Testing

@Suite("CSV over random tables")
struct CSVPropertyTests {
    @Test("what is written reads back as it was, cut into pieces anywhere")
    func roundTrip() throws {
        var generator = SeededGenerator(seed: 21)
        for _ in 0..<500 {
            let table = Self.table(using: &generator)
            let bytes = table.flatMap(CSVText.row)
            let read = try Self.rows(Self.pieces(of: bytes, using: &generator))
            // Canonically equivalent texts are equal to Swift; their bytes must be the same too.
            guard read.map({ $0.map { Array($0.utf8) } }) == table.map({ $0.map { Array($0.utf8) } }) else {
                Issue.record("does not read back: \(table)")
                return
            }
        }
    }

    @Test("line feeds in place of CRLF between rows change nothing")
    func lineFeeds() throws {
        var generator = SeededGenerator(seed: 22)
        for _ in 0..<200 {
            let table = Self.table(using: &generator)
            let bytes = table.flatMap { CSVText.row($0).dropLast(2) + [UInt8(ascii: "\n")] }
            #expect(try Self.rows([bytes]) == table)
        }
    }

    @Test("damaged text never crashes, errors point into it, and what is accepted is stable")
    func mutation() throws {
        var generator = SeededGenerator(seed: 23)
        for _ in 0..<1_000 {
            var bytes = Self.table(using: &generator).flatMap(CSVText.row)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[place] = Array("\",\r\n\u{FF}x".utf8).randomElement(using: &generator) ?? 0
                case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &generator))
                }
            }
            do {
                let rows = try Self.rows(Self.pieces(of: bytes, using: &generator))
                let whole = try Self.rows([bytes])
                let again = try Self.rows([rows.flatMap(CSVText.row)])
                if rows != whole || again != rows { Issue.record("not stable: \(rows)") }
            } catch let error as CSVError {
                let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
                let isInside = (1...lines).contains(error.line) && (1...lines).contains(error.row)
                if !isInside || error.field < 1 { Issue.record("\(error) is outside of \(lines) lines") }
            }
        }
    }

    /// At least one row; every row has a field.
    private static func table(using generator: inout SeededGenerator) -> [[String]] {
        let columns = Int.random(in: 1...4, using: &generator)
        return (0..<Int.random(in: 1...6, using: &generator)).map { _ in
            (0..<columns).map { _ in field(using: &generator) }
        }
    }

    private static func field(using generator: inout SeededGenerator) -> String {
        let scalars: [UnicodeScalar] = [
            "a", "b", " ", ",", "\"", "\"", "\n", "\r", "\t", "'", "=", "\u{0}", "\u{301}", "é", "中", "😀",
            "\u{FEFF}", "\u{2028}",
        ]
        var text = ""
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            text.unicodeScalars.append(scalars.randomElement(using: &generator) ?? "a")
        }
        return text
    }

    private static func pieces(of bytes: [UInt8], using generator: inout SeededGenerator) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1...7, using: &generator))
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    private static func rows(_ pieces: [[UInt8]]) throws -> [[String]] {
        var parser = CSVParser()
        var rows: [[String]] = []
        for piece in pieces { try parser.feed(piece) { rows.append($0.fields) } }
        try parser.finish { rows.append($0.fields) }
        return rows
    }
}
