/// Text from prompts and answers, made safe for a terminal.
enum PlainText {
    /// `text` on one line: runs of white space and control characters, which could move the cursor or change
    /// colours, become one space. At most the first `limit` characters are looked at.
    static func singleLine(_ text: String, limit: Int = 2_000) -> String {
        var result = ""
        var needsSpace = false
        for character in text.prefix(limit) {
            if character.unicodeScalars.contains(where: isUnsafe) || character.isWhitespace {
                needsSpace = !result.isEmpty
            } else {
                if needsSpace { result.append(" ") }
                needsSpace = false
                result.append(character)
            }
        }
        return result
    }

    /// `text` with its lines, which end in LF: every other control character becomes a space.
    static func block(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var followsCarriageReturn = false
        for scalar in text.unicodeScalars {
            defer { followsCarriageReturn = scalar == "\r" }
            if scalar == "\n", followsCarriageReturn { continue }
            let endsLine = scalar == "\n" || scalar == "\r"
            result.append(endsLine ? "\n" : isUnsafe(scalar) ? " " : scalar)
        }
        return String(result)
    }

    /// The lines of ``block(_:)``.
    static func lines(_ text: String) -> [String] {
        block(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Compact JSON that says the same, with what a terminal might obey written as escapes. Line feeds, which stand
    /// between values only, stay.
    static func escapedJSON(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard isUnsafe(scalar), scalar != "\n" else {
                result.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            let zeros = String(repeating: "0", count: 4 - digits.count)
            result.append(contentsOf: "\\u\(zeros)\(digits)".unicodeScalars)
        }
        return String(result)
    }

    /// Control characters, and those that end lines or reorder the text around them; all are below U+10000.
    private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
        default: isDirectionControl(scalar)
        }
    }

    private static func isDirectionControl(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}
