import TestSupport
import Testing

@testable import draftspool

struct TextWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("語", 2), ("日本語", 6), ("한국", 4), ("é", 1), ("e\u{301}", 1), ("👍", 2), ("👩‍👩‍👧", 2),
        ("❤️", 2), ("🇩🇪", 2), ("a\u{200B}b", 2), ("–", 1), ("…", 1), ("Ａ", 2), ("ﾊ", 1), ("ü×→", 3),
    ])
    func columnsOfText(_ text: String, _ expected: Int) {
        #expect(TextWidth.columns(text) == expected)
    }

    @Test(arguments: [
        ("abcdef", 4, "abc…"), ("abcd", 4, "abcd"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("日本語", 1, "…"),
        ("abc", 0, ""), ("", 0, ""),
    ])
    func textIsCutAtTheColumn(_ text: String, _ limit: Int, _ expected: String) {
        #expect(TextWidth.truncated(text, to: limit) == expected)
    }

    @Test(arguments: 0..<200)
    func cutTextNeverTakesMoreColumnsThanAllowed(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let text = PlainText.singleLine(generator.text(length: 40))
        let limit = Int.random(in: 0...50, using: &generator)
        let cut = TextWidth.truncated(text, to: limit)
        #expect(TextWidth.columns(cut) <= limit)
        #expect(cut == text || cut.isEmpty || cut.hasSuffix("…"))
    }
}
