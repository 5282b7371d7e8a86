import TestSupport
import Testing

@testable import draftspool

struct PlainTextTests {
    @Test(arguments: [
        ("one\n  two\t three ", "one two three"), ("\u{1B}[31mred\u{1B}[0m", "[31mred [0m"),
        ("a\u{0}b\u{7}", "a b"),
        ("a\r\nb", "a b"), ("\u{2028}x\u{202E}y", "x y"), ("", ""), ("naïve 語", "naïve 語"),
    ])
    func controlCharactersBecomeSpaces(_ text: String, _ expected: String) {
        #expect(PlainText.singleLine(text) == expected)
    }

    @Test(arguments: 0..<200)
    func nothingThatMovesTheCursorIsLeft(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let line = PlainText.singleLine(generator.text(length: 60))
        #expect(!line.unicodeScalars.contains { $0.properties.generalCategory == .control })
        #expect(!line.contains("\n") && !line.contains("  ") && !line.hasPrefix(" ") && !line.hasSuffix(" "))
    }

    @Test func aLongTextIsNotReadToItsEnd() {
        #expect(PlainText.singleLine(String(repeating: "x", count: 5_000), limit: 100).count == 100)
    }
}
