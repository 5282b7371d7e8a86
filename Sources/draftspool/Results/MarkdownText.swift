import PromptBatch

/// Results as Markdown (CommonMark). Prompts and answers stand in block quotes, which end whatever is open in them: a
/// code block that an answer never closes, or a heading, does not reach the next chapter.
enum MarkdownText {
    /// A heading, what was asked, and the answer or why there is none.
    static func chapter(of result: BatchResult) -> String {
        var chapter = "\n## \(escaped(result.label))\n"
        if let question = result.question { chapter += "\nAsked:\n\n\(quoted(question))" }
        if let failure = result.failure {
            chapter += "\nFailed (\(escaped(failure.code))):\n\n\(quoted(failure.message))"
        } else {
            chapter += "\nAnswered:\n\n\(quoted(result.answer ?? ""))"
        }
        return chapter
    }

    /// A block quote of Markdown, with its line end. Carriage returns end lines of Markdown too. A line that
    /// defines a link does not: the definition would hold in every chapter.
    static func quoted(_ text: String) -> String {
        lines(text).map { $0.isEmpty ? ">\n" : "> \(withoutLinkDefinition($0))\n" }.joined()
    }

    private static func withoutLinkDefinition(_ line: String) -> String {
        let start = line.unicodeScalars.firstIndex { $0 != " " && $0 != ">" && $0 != "\t" } ?? line.endIndex
        guard line[start...].unicodeScalars.first == "[", line.contains("]:") else { return line }
        return String(line[..<start]) + "\\" + line[start...]
    }

    /// Text on one line that means nothing in Markdown, of its first `limit` characters.
    static func escaped(_ text: String, limit: Int = 200) -> String {
        var result = String.UnicodeScalarView()
        for scalar in PlainText.singleLine(text, limit: limit).unicodeScalars {
            if special.contains(scalar) { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    private static let special = Set("\\`*_[]<>&#!~|".unicodeScalars)

    private static func lines(_ text: String) -> [String] {
        var lines = [String.UnicodeScalarView()]
        var followsCarriageReturn = false
        for scalar in text.unicodeScalars {
            defer { followsCarriageReturn = scalar == "\r" }
            if scalar == "\n", followsCarriageReturn { continue }
            if scalar == "\n" || scalar == "\r" {
                lines.append(String.UnicodeScalarView())
            } else {
                lines[lines.count - 1].append(scalar)
            }
        }
        return lines.map { String($0) }
    }
}
