import TestSupport

extension SeededGenerator {
    /// Up to `length` characters, many of them awkward for a terminal.
    mutating func text(length: Int) -> String {
        let pieces = [
            "a", "Z", " ", "語", "한", "é", "e\u{301}", "👩‍👩‍👧", "❤️", "\u{200B}", "\t", "\n", "\u{1B}[31m", "…",
            "\u{202E}",
            "\u{7}", "ß", "🇩🇪", "\u{85}", "ﾊ", "Ａ",
        ]
        return (0..<Int.random(in: 0...length, using: &self)).map { _ in
            pieces.randomElement(using: &self) ?? ""
        }.joined()
    }
}
