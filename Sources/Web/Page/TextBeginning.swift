import PromptBatch

/// The beginning of a text, as much as a page shows: of many characters, and of many marks on few of them.
struct TextBeginning {
    private static let mostCharacters = 4000
    /// As much as so many characters take in any script that piles up no marks.
    private static let mostBytes = 4 * mostCharacters

    /// With an ellipsis where something is left out.
    let text: String
    /// How much is shown; nil where that is all.
    let measure: String?

    init(of whole: String) {
        let characters = whole.prefix(Self.mostCharacters)
        let isHeavy = characters.utf8.count > Self.mostBytes
        let shown = isHeavy ? Self.scalars(of: whole, upTo: Self.mostBytes) : characters
        guard shown.endIndex < whole.endIndex else {
            text = whole
            measure = nil
            return
        }
        text = shown + "…"
        measure =
            isHeavy
            ? "\(FigureText.bytes(UInt64(shown.utf8.count))) of \(FigureText.bytes(UInt64(whole.utf8.count)))"
            : "\(Self.mostCharacters) of \(whole.count) characters"
    }

    /// The beginning of a text of at least so many bytes. It may end among the marks of a character, and never within one.
    private static func scalars(of text: String, upTo bytes: Int) -> Substring {
        var end = text.utf8.index(text.startIndex, offsetBy: bytes)
        while end < text.endIndex, UTF8.isContinuation(text.utf8[end]) { end = text.utf8.index(before: end) }
        return text[..<end]
    }
}
