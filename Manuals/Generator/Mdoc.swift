/// Text of a manual page in the mdoc language.
struct Mdoc {
    private(set) var text = ""

    init(title: String, section: Int, name: String, summary: String) {
        macro("Dd November 27, 2026")
        macro("Dt \(title.uppercased()) \(section)")
        macro("Os Draftspool")
        macro("Sh NAME")
        macro("Nm \(name)")
        macro("Nd \(Self.escaped(Self.withoutFullStop(summary)))")
    }

    mutating func macro(_ line: String) { text += ".\(line)\n" }

    /// Running text: every sentence begins a line, as mdoc wants it.
    mutating func prose(_ words: String) {
        for sentence in Self.sentences(words) {
            let line = Self.escaped(sentence)
            text += (line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" : "") + line + "\n"
        }
    }

    /// Lines as they are.
    mutating func literal(_ lines: [Substring]) {
        macro("Bd -literal -offset indent")
        for line in lines {
            let line = Self.verbatim(line)
            text += (line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" : "") + line + "\n"
        }
        macro("Ed")
    }

    /// Paragraphs, between empty lines; those that are indented are examples.
    mutating func paragraphs(_ discussion: String) {
        let lines = discussion.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, paragraph) in lines.split(separator: "").enumerated() {
            if paragraph.allSatisfy({ $0.hasPrefix("  ") }) {
                literal(paragraph.map { $0.dropFirst(2) })
            } else {
                if index > 0 { macro("Pp") }
                prose(paragraph.joined(separator: " "))
            }
        }
    }

    static func withoutFullStop(_ text: String) -> String {
        text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// A full stop ends a sentence where an upper-case letter or a code span follows it.
    private static func sentences(_ text: String) -> [String] {
        var sentences: [String] = []
        var sentence = ""
        for word in text.split(separator: " ") {
            if let last = sentence.last, !sentence.hasSuffix("e.g."),
                ".?!".contains(last) || sentence.hasSuffix(".)"),
                word.first?.isLowercase == false
            {
                sentences.append(sentence)
                sentence = ""
            }
            sentence += sentence.isEmpty ? String(word) : " \(word)"
        }
        return sentence.isEmpty ? sentences : sentences + [sentence]
    }

    /// Text with `code` in bold, which can be copied: its hyphens are such, and no others are put into it.
    static func escaped(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            guard index.isMultiple(of: 2) else { return "\\fB\\%\(verbatim(part))\\fP" }
            return part.split(separator: " ", omittingEmptySubsequences: false)
                .map { $0.drop { $0 == "(" || $0 == "[" }.hasPrefix("-") ? verbatim($0) : backslashed($0) }
                .joined(separator: " ")
        }.joined()
    }

    /// Text with `code` on the line of a macro, in which a quotation mark would begin an argument.
    static func heading(_ text: String) -> String { escaped(text).replacing("\"", with: "\\(dq") }

    static func verbatim(_ text: some StringProtocol) -> String {
        backslashed(text).map { character in
            switch character {
            case "-": "\\-"
            case "'": "\\(aq"
            case "`": "\\(ga"
            case "~": "\\(ti"
            case "^": "\\(ha"
            default: String(character)
            }
        }.joined()
    }

    private static func backslashed(_ text: some StringProtocol) -> String {
        text.map { $0 == "\\" ? "\\e" : String($0) }.joined()
    }
}
