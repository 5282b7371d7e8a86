import TestSupport
import Testing

@testable import draftspool

struct TextTableTests {
    private let plain = Terminal(isInteractive: false, width: 60, hasColours: false)

    @Test func columnsLineUpWhateverTheScript() {
        var table = TextTable([
            .init(title: "id"), .init(title: "n", alignment: .right), .init(title: "text", minimumWidth: 4),
        ])
        table.rows = [["日本", "7", "one"], ["abc", "1234", "two"]]
        #expect(
            table.lines(for: plain) == [
                "id       n  text",
                "日本     7  one",
                "abc   1234  two",
            ])
    }

    @Test func coloursDoNotCountAsColumns() {
        var table = TextTable([.init(title: "a"), .init(title: "b")])
        table.rows = [[.init("x", style: .red), "y"]]
        let lines = table.lines(for: Terminal(isInteractive: true, width: 60, hasColours: true))
        #expect(lines[1] == "\u{1B}[31mx\u{1B}[0m  y")
    }

    @Test(arguments: 0..<100)
    func everyLineFits(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var table = TextTable([
            .init(title: "prompt", minimumWidth: 6), .init(title: "n", alignment: .right),
            .init(title: "answer", minimumWidth: 6),
        ])
        for _ in 0..<5 {
            table.rows.append([
                .init(PlainText.singleLine(generator.text(length: 60))), "12",
                .init(PlainText.singleLine(generator.text(length: 90))),
            ])
        }
        let width = Int.random(in: 40...140, using: &generator)
        let lines = table.lines(for: Terminal(isInteractive: false, width: width, hasColours: false))
        #expect(lines.allSatisfy { TextWidth.columns($0) <= width })
    }
}
