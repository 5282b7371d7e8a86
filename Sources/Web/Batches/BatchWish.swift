import JSON
import PromptBatch

/// What a client asks for when it creates a batch.
struct BatchWish: Hashable, Sendable {
    private static let mostMetadata = 16
    private static let mostKeyCharacters = 64
    private static let mostValueCharacters = 512

    let inputFile: FileID
    let endpoint: String
    /// As it was written.
    let completionWindow: String
    let window: Duration
    let metadata: [String: String]?

    /// - Throws: ``APIError`` that names the parameter that is wrong.
    init(_ body: JSONObject) throws(APIError) {
        for key in body.keys {
            switch key {
            case "input_file_id", "endpoint", "completion_window", "metadata": continue
            case "output_expires_after":
                throw .invalid(
                    "Unsupported parameter: '\(key)'. How long outputs are kept is said in the daemon's "
                        + "configuration, under retention.", param: key, code: "unknown_parameter")
            default:
                throw .invalid("Unknown parameter: '\(key)'.", param: key, code: "unknown_parameter")
            }
        }
        let file = try Self.text("input_file_id", in: body)
        guard let inputFile = FileID(file) else {
            throw .invalid("Invalid 'input_file_id': '\(file)' is no id of a file.", param: "input_file_id")
        }
        self.inputFile = inputFile
        endpoint = try Self.text("endpoint", in: body)
        guard PromptEndpoint(rawValue: endpoint) != nil else {
            let known = PromptEndpoint.allCases.map { "'\($0.rawValue)'" }.joined(separator: " or ")
            throw .invalid(
                "Invalid value: '\(endpoint)'. Supported values are: \(known).", param: "endpoint",
                code: "invalid_value")
        }
        completionWindow = try Self.text("completion_window", in: body)
        guard let window = Deadline.window(completionWindow) else {
            throw .invalid(
                "Invalid value: '\(completionWindow)'. Expected is \(Deadline.windowForm).",
                param: "completion_window", code: "invalid_value")
        }
        self.window = window
        metadata = try Self.metadata(body["metadata"])
    }

    private static func text(_ key: String, in body: JSONObject) throws(APIError) -> String {
        guard let value = body[key], !value.isNull else {
            throw .invalid(
                "Missing required parameter: '\(key)'.", param: key, code: "missing_required_parameter")
        }
        guard let text = value.stringValue else {
            throw .invalid(
                "Invalid type for '\(key)': a string is expected, not \(value.summary).", param: key,
                code: "invalid_type")
        }
        return text
    }

    private static func metadata(_ value: JSON?) throws(APIError) -> [String: String]? {
        guard let value, !value.isNull else { return nil }
        guard let object = value.objectValue else {
            throw .invalid(
                "Invalid type for 'metadata': an object is expected, not \(value.summary).",
                param: "metadata",
                code: "invalid_type")
        }
        guard object.count <= mostMetadata else {
            throw .invalid("'metadata' has more than \(mostMetadata) pairs.", param: "metadata")
        }
        var metadata: [String: String] = [:]
        for (key, value) in object {
            guard key.count <= mostKeyCharacters, let text = value.stringValue,
                text.count <= mostValueCharacters
            else {
                throw .invalid(
                    "'metadata' takes keys of at most \(mostKeyCharacters) characters with strings of at most "
                        + "\(mostValueCharacters); '\(JSON.shortened(key))' is none.", param: "metadata")
            }
            metadata[key] = text
        }
        return metadata
    }
}
