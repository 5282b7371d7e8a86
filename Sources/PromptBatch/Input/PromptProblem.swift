import JSON

/// Why an input, or one prompt of it, cannot be run: what is wrong, where, and what to do about it.
public struct PromptProblem: Error, Hashable, Sendable {
    /// A stable machine code; those this module gives are in ``PromptProblemCode``.
    public var code: String
    /// What is wrong, one sentence without the place.
    public var message: String
    /// What to do about it, one sentence.
    public var remedy: String
    /// The line of the input file, 1-based; nil when the file as a whole is meant.
    public var line: Int?
    /// The prompt's own id, when it could be read.
    public var customID: String?
    /// The field that is wrong, as a path into the line: `body.temperature`, `messages[2].content`.
    public var field: String?

    public init(
        code: String, message: String, remedy: String, line: Int? = nil, customID: String? = nil,
        field: String? = nil
    ) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.line = line
        self.customID = customID
        self.field = field
    }

    /// A problem of one of the known codes.
    public init(
        _ code: PromptProblemCode, _ message: String, remedy: String, line: Int? = nil,
        customID: String? = nil, field: String? = nil
    ) {
        self.init(
            code: code.rawValue, message: message, remedy: remedy, line: line, customID: customID,
            field: field)
    }

    /// The same problem with its place, keeping what is already known.
    func located(line: Int?, customID: String?) -> PromptProblem {
        var located = self
        located.line = self.line ?? line
        located.customID = self.customID ?? customID
        return located
    }

    /// The problem as a JSON object with the keys of its coding, absent values left out.
    public var json: JSON {
        var object: JSONObject = ["code": .string(code), "message": .string(message)]
        object["remedy"] = .string(remedy)
        object["line"] = line.map { JSON($0) }
        object["custom_id"] = customID.map(JSON.string)
        object["field"] = field.map(JSON.string)
        return .object(object)
    }
}

extension PromptProblem: Codable {
    private enum CodingKeys: String, CodingKey {
        case code, message, remedy, line, field
        case customID = "custom_id"
    }
}

extension PromptProblem: CustomStringConvertible {
    /// One line for a terminal or a log: `line 3 (custom_id "a"): message [code] Remedy: …`.
    public var description: String {
        var place = line.map { "line \($0)" } ?? ""
        if let customID { place += (place.isEmpty ? "" : " ") + "(custom_id \"\(customID)\")" }
        return (place.isEmpty ? "" : place + ": ") + "\(message) [\(code)] Remedy: \(remedy)"
    }
}
