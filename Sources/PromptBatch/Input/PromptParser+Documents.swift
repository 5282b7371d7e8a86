import JSON

extension PromptParser {
    /// Reads a `.txt` or `.md` file as one prompt, with optional YAML front matter for the fields of a simple line.
    ///
    /// Line ends become LF and white space around the text is dropped. The id is the file's stem unless the front
    /// matter gives one.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - fileName: its name, for the id; folders in front of it are ignored.
    /// - Throws: ``PromptProblem`` with the field that is wrong, and the line where the front matter is malformed.
    public func parseDocument(
        _ bytes: UnsafeRawBufferPointer, fileName: String
    ) throws(PromptProblem) -> Prompt {
        guard bytes.count <= limits.maximumDocumentBytes else {
            throw PromptProblem.documentTooLong(limit: limits.maximumDocumentBytes)
        }
        let content = InputText.withoutByteOrderMark(bytes)
        guard let text = String(validating: content, as: UTF8.self) else {
            throw Self.invalidUTF8(in: content)
        }
        let document = Self.withLineFeeds(text)
        let frontMatter = FrontMatter(document: document)
        let given = try frontMatter?.fields()
        var fields = given ?? JSONObject()
        let prompt = Self.trimmed(given == nil ? document[...] : frontMatter?.text ?? "")
        guard !prompt.isEmpty else {
            throw PromptProblem(
                .missingPrompt, "The document has no text.",
                remedy: "Write what is to be asked below the front matter.", line: 1)
        }
        try Self.checkNoPrompt(in: fields)
        fields["prompt"] = .string(prompt)
        var result = try LineParser(line: 1).prompt(from: .object(fields))
        if !result.hasExplicitID { result.customID = FileStem(of: fileName).text }
        return result
    }

    /// Reads a `.txt` or `.md` file as one prompt; see ``parseDocument(_:fileName:)-(UnsafeRawBufferPointer,_)``.
    ///
    /// - Throws: ``PromptProblem`` with the field that is wrong, and the line where the front matter is malformed.
    public func parseDocument(_ bytes: [UInt8], fileName: String) throws(PromptProblem) -> Prompt {
        try bytes.withUnsafeBytes { (buffer) -> Result<Prompt, PromptProblem> in
            do throws(PromptProblem) {
                return .success(try parseDocument(buffer, fileName: fileName))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// The text with CRLF line ends as LF, byte by byte: searching for characters takes seconds on a long text.
    private static func withLineFeeds(_ text: String) -> String {
        let (lineFeed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        guard text.utf8.contains(carriageReturn) else { return text }
        let bytes = Array(text.utf8)
        let kept = bytes.indices.lazy.filter { index in
            bytes[index] != carriageReturn || index + 1 == bytes.count || bytes[index + 1] != lineFeed
        }
        return String(decoding: kept.map { bytes[$0] }, as: UTF8.self)
    }

    private static func checkNoPrompt(in fields: JSONObject) throws(PromptProblem) {
        let excluded = ["prompt", "messages", "body", "url", "method"]
        guard let key = excluded.first(where: { fields[$0] != nil }) else { return }
        throw PromptProblem(
            .conflictingFields, "The front matter has `\(key)`, but the prompt is the text below it.",
            remedy: "Remove `\(key)`, or write the prompt as a JSON Lines file.", field: key)
    }

    private static func invalidUTF8(in bytes: UnsafeRawBufferPointer) -> PromptProblem {
        let offset = UTF8Validation.firstInvalidOffset(in: bytes) ?? 0
        let line = bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") } + 1
        return PromptProblem(
            .invalidUTF8, "The document is not valid UTF-8, at byte \(offset + 1) (line \(line)).",
            remedy: "Save the file as UTF-8 (for example with `iconv -f LATIN1 -t UTF-8`).", line: line)
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
