/// Text from prompts and answers, made safe for a terminal.
enum PlainText {
    /// `text` on one line: runs of white space and control characters, which could move the cursor or change
    /// colours, become one space. At most the first `limit` characters are looked at.
    static func singleLine(_ text: String, limit: Int = 2_000) -> String {
        var result = ""
        var needsSpace = false
        for character in text.prefix(limit) {
            let isUnsafe = character.unicodeScalars.contains {
                switch $0.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
                default: isDirectionControl($0)
                }
            }
            if isUnsafe || character.isWhitespace {
                needsSpace = !result.isEmpty
            } else {
                if needsSpace { result.append(" ") }
                needsSpace = false
                result.append(character)
            }
        }
        return result
    }

    /// Characters that reorder the text around them.
    private static func isDirectionControl(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}
