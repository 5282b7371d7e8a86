/// Names of files for answers, made of ids that may be anything.
enum AnswerFileName {
    private static let maximumBytes = 150

    /// Names without suffix, the best first, none of them twice: of the id alone, with the line, with the line and a
    /// number.
    static func candidates(for result: BatchResult) -> some Sequence<String> {
        let name = safe(result.label)
        let numbered = name + "-" + String(result.line ?? 0)
        return (1...1_000).lazy.map { number -> String in
            switch number {
            case 1: name
            case 2: numbered
            default: "\(numbered)-\(number - 1)"
            }
        }
    }

    /// `id` without anything that means something in a path or a shell: letters and digits of any script, `-`, `_` and
    /// `.` stay, everything else is `_`, and so are a dot or a dash at the beginning.
    static func safe(_ id: String) -> String {
        var name = String.UnicodeScalarView()
        var bytes = 0
        for scalar in id.unicodeScalars {
            let isPlain = isWordCharacter(scalar) || !name.isEmpty && (scalar == "-" || scalar == ".")
            let kept: Unicode.Scalar = isPlain ? scalar : "_"
            bytes += UTF8.width(kept)
            if bytes > maximumBytes { break }
            name.append(kept)
        }
        return name.isEmpty ? "_" : String(name)
    }

    private static func isWordCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .nonspacingMark, .spacingMark, .decimalNumber:
            true
        default: scalar == "_"
        }
    }
}
