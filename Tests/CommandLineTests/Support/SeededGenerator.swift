/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

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
