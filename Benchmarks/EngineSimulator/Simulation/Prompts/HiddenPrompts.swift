import JSON
import PromptBatch

/// Which group each prompt of a batch belongs to. The prompts themselves say nothing of it, so that whoever classifies them
/// has to read them.
///
/// docs/simulator.md describes the file.
public struct HiddenPrompts: Sendable {
    public let groups: [String: PromptGroup]
    /// Of prompts that the file does not name.
    public let defaultGroup: String
    private let entries: [UInt64: Entry]

    struct Entry: Sendable {
        var group: String
        /// Tokens of the answer, where they are known.
        var answerTokens: Int?
    }

    public var promptCount: Int { entries.count }

    /// - Throws: ``SimulationFileError`` that names the field.
    public init(parsing bytes: [UInt8]) throws(SimulationFileError) {
        let json: JSON
        do { json = try JSON.parse(bytes) } catch {
            throw SimulationFileError(.notJSON, at: "", "it is no JSON: \(error)")
        }
        var fields = try FieldReader(json, at: "")
        _ = try fields.text("about")
        var groups: [String: PromptGroup] = [:]
        let list = try fields.fields("groups")
        for name in list.names {
            var list = list
            groups[name] = try PromptGroup(list.required(name), at: list.path(of: name))
        }
        func checked(_ name: String, at path: String) throws(SimulationFileError) -> String {
            guard groups[name] != nil else {
                throw SimulationFileError(.unknownGroup, at: path, "there is no group '\(name)' in 'groups'")
            }
            return name
        }
        defaultGroup = try checked(fields.text("default_group"), at: "default_group")
        var entries: [UInt64: Entry] = [:]
        if let prompts = fields.optional("prompts") {
            for (name, value) in try Self.members(prompts) {
                let path = "prompts.\(name)"
                guard name.utf8.count == 16, let hash = UInt64(name, radix: 16) else {
                    throw SimulationFileError(
                        .wrongType, at: path, "a prompt is named by the 16 hexadecimal digits of its hash")
                }
                entries[hash] = try Self.entry(value, at: path) { name, path throws(SimulationFileError) in
                    try checked(name, at: path)
                }
            }
        }
        try fields.finish()
        self.groups = groups
        self.entries = entries
    }

    private static func members(_ json: JSON) throws(SimulationFileError) -> JSONObject {
        guard let object = json.objectValue else {
            throw SimulationFileError(.wrongType, at: "prompts", "it must be an object, not \(json.summary)")
        }
        return object
    }

    /// A group's name, or an object with it and the tokens of the answer.
    private static func entry(
        _ json: JSON, at path: String, checked: (String, String) throws(SimulationFileError) -> String
    ) throws(SimulationFileError) -> Entry {
        if let name = json.stringValue { return Entry(group: try checked(name, path)) }
        var fields = try FieldReader(json, at: path)
        let entry = Entry(
            group: try checked(fields.text("group"), fields.path(of: "group")),
            answerTokens: try fields.count("answer_tokens", from: 1))
        try fields.finish()
        return entry
    }

    /// The group of a prompt by its hash.
    public func group(of hash: UInt64) -> String { entries[hash]?.group ?? defaultGroup }

    /// How a prompt behaves: the same for the same seed, whatever else runs.
    public func behaviour(of hash: UInt64, random: inout RandomStream) -> PromptBehaviour? {
        guard var behaviour = groups[group(of: hash)]?.behaviour(random: &random) else { return nil }
        if let tokens = entries[hash]?.answerTokens { behaviour.answerTokens = tokens }
        return behaviour
    }
}
