/// The shapes an input file may have. Lines of a JSON Lines file are told one by one, so the two may be mixed;
/// the format then names the shape of the first.
public enum BatchFormat: String, Codable, CaseIterable, Sendable, Hashable {
    /// JSON Lines in the shape of OpenAI's Batch API: `custom_id`, `method`, `url`, `body`.
    case openAIBatch
    /// JSON Lines with `prompt` or `messages` at the top of each line.
    case simpleJSONL
    /// One prompt of plain text, with optional YAML front matter.
    case text
    /// One prompt of Markdown, with optional YAML front matter.
    case markdown

    /// Whether each line is a prompt of its own, rather than the whole file being one.
    public var isLineBased: Bool {
        switch self {
        case .openAIBatch, .simpleJSONL: true
        case .text, .markdown: false
        }
    }
}
