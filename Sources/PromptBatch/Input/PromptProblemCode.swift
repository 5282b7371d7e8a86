/// The stable machine codes of what can be wrong with an input. `docs/formats.md` has them in a table.
public enum PromptProblemCode: String, Codable, CaseIterable, Sendable {
    /// A line is no JSON object, or the JSON is malformed.
    case invalidJSON = "invalid_json"
    /// Bytes that are not UTF-8.
    case invalidUTF8 = "invalid_utf8"
    /// The YAML front matter of a document is malformed or not usable.
    case invalidFrontMatter = "invalid_front_matter"
    /// Nothing to ask: no `prompt`, no `messages`, or nothing in them.
    case missingPrompt = "missing_prompt"
    /// A known field has a value it cannot have.
    case wrongType = "wrong_type"
    /// Two fields that exclude each other.
    case conflictingFields = "conflicting_fields"
    /// A key under `draftspool` that means nothing.
    case unknownOverride = "unknown_override"
    /// The `url` of a batch line is no endpoint that prompts can be sent to.
    case unknownURL = "unknown_url"
    /// The `method` of a batch line is not `POST`.
    case unsupportedMethod = "unsupported_method"
    /// `stream: true`.
    case streamUnsupported = "stream_unsupported"
    /// An earlier prompt of the file has the same id.
    case duplicateCustomID = "duplicate_custom_id"
    /// A line is longer than the limit.
    case lineTooLong = "line_too_long"
    /// A `.txt` or `.md` document is longer than the limit.
    case documentTooLong = "document_too_long"
    /// The file has no content.
    case emptyFile = "empty_file"
    /// The file is not text.
    case binaryFile = "binary_file"
    /// The file is JSON, but spread over lines or wrapped in an array.
    case notJSONLines = "not_json_lines"
    /// Not one prompt of the file could be read.
    case noReadablePrompt = "no_readable_prompt"
}
