import JSON

extension PromptParser {
    /// How many bytes of a file are enough for ``format(fileName:head:)``.
    public static let formatHeadBytes = 64 << 10

    /// Tells what a file is by its content; the suffix only decides where the content leaves it open.
    ///
    /// - Parameters:
    ///   - fileName: the file's name.
    ///   - head: its first ``formatHeadBytes`` bytes, or all of a shorter file.
    /// - Throws: ``PromptProblem`` for a file that is empty, binary, or JSON but not one object a line.
    public static func format(fileName: String, head: [UInt8]) throws(PromptProblem) -> BatchFormat {
        try checkText(head)
        let text = InputText.withoutByteOrderMark(head)
        let hint = SuffixHint(fileName: fileName)
        let lines = text.split(separator: UInt8(ascii: "\n"))
            .filter { !$0.allSatisfy(InputText.isWhiteSpace) }
            .prefix(linesLookedAt)
        guard let first = lines.first else { throw PromptProblem.emptyFile }
        if first.filter({ !InputText.isWhiteSpace($0) }) == [UInt8(ascii: "[")] {
            try checkJSONLines(text, first: first, hint: hint)
        }
        let formats = lines.compactMap { format(ofLine: $0, isLast: $0.endIndex == text.endIndex) }
        if let format = formats.first {
            let isMostlyPrompts = formats.count * 2 > lines.count || opensObject(first)
            if hint == .jsonLines || isMostlyPrompts { return format }
        }
        try checkJSONLines(text, first: first, hint: hint)
        switch hint {
        case .jsonLines: return .simpleJSONL
        case .markdown: return .markdown
        case .text: return .text
        }
    }

    /// How many lines are read to tell JSON Lines from prose that quotes some.
    private static let linesLookedAt = 16

    private static func opensObject(_ line: ArraySlice<UInt8>) -> Bool {
        line.first { !InputText.isWhiteSpace($0) } == UInt8(ascii: "{")
    }

    /// What the suffix of a file name suggests.
    private enum SuffixHint {
        case jsonLines, markdown, text

        init(fileName: String) {
            let suffix = fileName.split(separator: ".").last?.lowercased() ?? ""
            switch suffix {
            case "jsonl", "ndjson", "json": self = .jsonLines
            case "md", "markdown": self = .markdown
            default: self = .text
            }
        }
    }

    /// The format that a line which is a JSON object shows, nil when it shows none. The last line may be cut off.
    private static func format(ofLine line: ArraySlice<UInt8>, isLast: Bool) -> BatchFormat? {
        guard opensObject(line) else { return nil }
        do throws(JSONParseError) {
            guard case .object(let object) = try JSON.parse(line), LineParser.isPromptLine(object) else {
                return nil
            }
            return LineParser.isBatchLine(object) ? .openAIBatch : .simpleJSONL
        } catch {
            let isCutOff = isLast && error.offset >= line.count - 4
            guard error.kind == .duplicateKey || isCutOff else { return nil }
            let start = String(decoding: line.prefix(4096), as: UTF8.self)
            if start.contains("\"body\"") || start.contains("\"url\"") { return .openAIBatch }
            return start.contains("\"prompt\"") || start.contains("\"messages\"") ? .simpleJSONL : nil
        }
    }

    private static func checkJSONLines(
        _ text: ArraySlice<UInt8>, first: ArraySlice<UInt8>, hint: SuffixHint
    ) throws(PromptProblem) {
        let opening = first.filter { !InputText.isWhiteSpace($0) }
        let isArray = opening.first == UInt8(ascii: "[")
        let isSpread = opening == [UInt8(ascii: "{")] || opening == [UInt8(ascii: "[")]
        let isJSON = hint == .jsonLines ? isArray || isSpread : isPromptJSON(text)
        guard isJSON else { return }
        throw PromptProblem(
            .notJSONLines,
            isArray
                ? "The file is one JSON array, not one JSON object a line."
                : "The file is a JSON object spread over several lines, not one object a line.",
            remedy:
                "Convert it with `jq -c \(isArray ? "'.[]'" : ".") FILE > FILE.jsonl` and drop the result.")
    }

    /// Whether a whole text is one JSON value made of prompts.
    private static func isPromptJSON(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first(where: { !InputText.isWhiteSpace($0) }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            let value = try? JSON.parse(text)
        else { return false }
        let candidate = value.arrayValue?.first ?? value
        return candidate.objectValue.map(LineParser.isPromptLine) ?? false
    }

    private static func checkText(_ head: [UInt8]) throws(PromptProblem) {
        guard !head.isEmpty else { throw PromptProblem.emptyFile }
        for (magic, kind, remedy) in knownBinaries where head.starts(with: magic) {
            throw PromptProblem(.binaryFile, "The file is \(kind), not text.", remedy: remedy)
        }
        let invalid = UTF8Validation.invalidByteCount(in: head)
        guard head.contains(0) || invalid * 10 > head.count else { return }
        throw PromptProblem(
            .binaryFile, "The file is not text: it has bytes no text in UTF-8 has.",
            remedy: "Drop JSON Lines, .txt or .md files in UTF-8.")
    }

    /// First bytes of files that people drop by mistake, what they are, and what helps.
    private static let knownBinaries: [(magic: [UInt8], kind: String, remedy: String)] = [
        ([0x1F, 0x8B], "compressed by gzip", "Unpack it first: `gunzip FILE`."),
        ([0x28, 0xB5, 0x2F, 0xFD], "compressed by zstd", "Unpack it first: `unzstd FILE`."),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed by xz", "Unpack it first: `unxz FILE`."),
        ([0x50, 0x4B, 0x03, 0x04], "a ZIP archive", "Unpack it and drop the files."),
        ([0x25, 0x50, 0x44, 0x46], "a PDF", "Extract its text first: `pdftotext FILE`."),
        ([0xFF, 0xFE], "in UTF-16", "Convert it: `iconv -f UTF-16 -t UTF-8 FILE`."),
        ([0xFE, 0xFF], "in UTF-16", "Convert it: `iconv -f UTF-16 -t UTF-8 FILE`."),
    ]
}
