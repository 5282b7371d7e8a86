import JSON

/// Checks the `messages` of a chat completion as far as every engine agrees on them.
struct MessagesCheck {
    let path: String

    private var field: String { path + "messages" }

    func check(_ messages: JSON?) throws(PromptProblem) {
        guard let messages, !messages.isNull else {
            throw PromptProblem(
                .missingPrompt, "The body has no `messages`.",
                remedy: "Give the conversation as `\(field)`: [{\"role\": \"user\", \"content\": \"…\"}].",
                field: field)
        }
        guard case .array(let turns) = messages else {
            throw FieldCheck.wrongType(field, messages, expected: "an array of messages")
        }
        guard !turns.isEmpty else {
            throw PromptProblem(
                .missingPrompt, "`\(field)` is empty.",
                remedy: "Give at least one message: {\"role\": \"user\", \"content\": \"…\"}.", field: field)
        }
        for (index, turn) in turns.enumerated() {
            try check(turn, field: "\(field)[\(index)]")
        }
    }

    private func check(_ message: JSON, field: String) throws(PromptProblem) {
        guard case .object(let members) = message else {
            throw FieldCheck.wrongType(field, message, expected: "an object with `role` and `content`")
        }
        guard let role = members["role"]?.stringValue, !role.isEmpty else {
            throw FieldCheck.wrongType(
                field + ".role", members["role"] ?? .null,
                expected: "a string such as \"user\", \"system\" or \"assistant\"")
        }
        switch members["content"] ?? .null {
        case .string:
            return
        case .array(let parts):
            for (index, part) in parts.enumerated() {
                try check(part: part, field: "\(field).content[\(index)]")
            }
        case .null where role == "assistant":
            return
        case let content:
            throw FieldCheck.wrongType(
                field + ".content", content, expected: "a string or an array of content parts")
        }
    }

    private func check(part: JSON, field: String) throws(PromptProblem) {
        guard let type = part["type"]?.stringValue else {
            throw FieldCheck.wrongType(field, part, expected: "an object with a string `type`")
        }
        guard type == "text", part["text"]?.stringValue == nil else { return }
        throw FieldCheck.wrongType(field + ".text", part["text"] ?? .null, expected: "a string")
    }
}
