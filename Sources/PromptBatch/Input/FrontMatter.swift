import JSON
import Yams

/// The YAML block at the head of a document, between a first line `---` and the next such line.
struct FrontMatter {
    /// The YAML between the fences.
    let yaml: String
    /// The document below the closing fence.
    let text: Substring

    /// The front matter of a document with LF line ends; nil when the document does not begin with a closed block.
    init?(document: String) {
        guard document.hasPrefix("---"), let firstEnd = document.firstIndex(of: "\n"),
            Self.isFence(document[..<firstEnd])
        else {
            return nil
        }
        let yamlStart = document.index(after: firstEnd)
        var lineStart = yamlStart
        while lineStart != document.endIndex {
            let lineEnd = document[lineStart...].firstIndex(of: "\n") ?? document.endIndex
            if Self.isFence(document[lineStart..<lineEnd]) {
                yaml = String(document[yamlStart..<lineStart])
                text = document[lineEnd...]
                return
            }
            guard lineEnd != document.endIndex else { break }
            lineStart = document.index(after: lineEnd)
        }
        return nil
    }

    /// The fields of the block; nil when it is no mapping, which is prose between two rules rather than front matter.
    ///
    /// Overrides may stand at the top here; they are moved under `draftspool`.
    ///
    /// - Throws: ``PromptProblem`` with the line of the document where the YAML is malformed.
    func fields() throws(PromptProblem) -> JSONObject? {
        guard yaml.utf8.count <= FrontMatterYAML.maximumBytes else {
            throw Self.problem(
                "is longer than \(FrontMatterYAML.maximumBytes) bytes", line: 1,
                remedy: "Move the text below the closing `---`.")
        }
        guard let value = try FrontMatterYAML.parse(yaml) else { return JSONObject() }
        guard case .object(var fields) = value else { return nil }
        var overrides = JSONObject()
        for key in Overrides.keys {
            overrides[key] = fields.removeValue(forKey: key)
        }
        guard !overrides.isEmpty else { return fields }
        if let given = fields["draftspool"], !given.isNull {
            throw PromptProblem(
                .conflictingFields, "`\(overrides.keys[0])` and `draftspool` are both given.",
                remedy: "Put all overrides at one of the two places.", line: 1, field: overrides.keys[0])
        }
        fields["draftspool"] = .object(overrides)
        return fields
    }

    /// A problem of the block as such.
    static func problem(_ what: String, line: Int, remedy: String) -> PromptProblem {
        PromptProblem(.invalidFrontMatter, "The front matter \(what).", remedy: remedy, line: line)
    }

    private static func isFence(_ line: Substring) -> Bool {
        line.hasPrefix("---") && line.dropFirst(3).allSatisfy { $0 == " " || $0 == "\t" }
    }
}
