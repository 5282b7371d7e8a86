import JSON

/// Reads prompts from the input formats of `docs/formats.md`.
///
/// It is given bytes and does no input of its own: the caller splits a file into lines, counts them from 1 and
/// skips the blank ones (``isBlank(_:)-(UnsafeRawBufferPointer)``). Whether two prompts of a file share an id is the caller's to notice too.
public struct PromptParser: Sendable {
    /// The sizes beyond which an input is refused rather than held in memory.
    public struct Limits: Hashable, Sendable {
        /// The longest line, in bytes without its line end; 16 MiB by default.
        public var maximumLineBytes: Int
        /// The longest `.txt` or `.md` document, in bytes; 16 MiB by default.
        public var maximumDocumentBytes: Int
        /// How deep the JSON of a line may be nested; 128 by default.
        public var json: JSONLimits

        public init(
            maximumLineBytes: Int = 16 << 20, maximumDocumentBytes: Int = 16 << 20,
            json: JSONLimits = JSONLimits()
        ) {
            self.maximumLineBytes = maximumLineBytes
            self.maximumDocumentBytes = maximumDocumentBytes
            self.json = json
        }
    }

    public let limits: Limits

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether a line holds nothing but white space (or a byte order mark) and is to be skipped.
    public static func isBlank(_ line: UnsafeRawBufferPointer) -> Bool {
        InputText.withoutByteOrderMark(line).allSatisfy(InputText.isWhiteSpace)
    }

    /// Whether a line holds nothing but white space (or a byte order mark) and is to be skipped.
    public static func isBlank(_ line: [UInt8]) -> Bool {
        line.withUnsafeBytes { isBlank($0) }
    }

    /// Reads one line of a JSON Lines file: an OpenAI batch line or a simple one, told by its content.
    ///
    /// - Parameters:
    ///   - bytes: the line, with or without its line end (LF or CRLF) and a byte order mark.
    ///   - line: its number in the file, 1-based.
    /// - Throws: ``PromptProblem`` with `line`, the id where it could be read, and the field that is wrong.
    public func parseLine(_ bytes: UnsafeRawBufferPointer, line: Int) throws(PromptProblem) -> Prompt {
        let content = InputText.withoutLineEnd(bytes)
        guard content.count <= limits.maximumLineBytes else {
            throw PromptProblem.lineTooLong(line: line, limit: limits.maximumLineBytes)
        }
        let text = InputText.withoutByteOrderMark(content)
        let value: JSON
        do throws(JSONParseError) {
            value = try JSON.parse(text, limits: limits.json)
        } catch {
            throw Self.problem(error).located(line: line, customID: nil)
        }
        return try LineParser(line: line).prompt(from: value)
    }

    /// Reads one line of a JSON Lines file; see ``parseLine(_:line:)-(UnsafeRawBufferPointer,_)``.
    ///
    /// - Throws: ``PromptProblem`` with `line`, the id where it could be read, and the field that is wrong.
    public func parseLine(_ bytes: [UInt8], line: Int) throws(PromptProblem) -> Prompt {
        try bytes.withUnsafeBytes { (buffer) -> Result<Prompt, PromptProblem> in
            do throws(PromptProblem) {
                return .success(try parseLine(buffer, line: line))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    static func problem(_ error: JSONParseError) -> PromptProblem {
        let place = "at byte \(error.offset + 1) of the line"
        switch error.kind {
        case .invalidUTF8:
            return PromptProblem(
                .invalidUTF8, "The line is not valid UTF-8, \(place).",
                remedy: "Save the file as UTF-8 (for example with `iconv -f LATIN1 -t UTF-8`).")
        case .duplicateKey:
            return PromptProblem(
                .invalidJSON, "The line is not usable JSON: \(error.message), \(place).",
                remedy: "Keep one of the two members.")
        case .tooDeep:
            return PromptProblem(
                .invalidJSON, "The line is not usable JSON: \(error.message), \(place).",
                remedy: "Flatten the value.")
        case .syntax, .endOfInput:
            return PromptProblem(
                .invalidJSON, "The line is not valid JSON: \(error.message), \(place).",
                remedy: "Write each prompt as one complete JSON object on one line (`jq -c .` does that).")
        }
    }
}
