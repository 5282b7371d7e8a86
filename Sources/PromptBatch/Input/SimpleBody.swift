import JSON

/// Turns `prompt` and `system` of a simple line into the `messages` of a chat completion.
enum SimpleBody {
    /// Replaces `prompt` and `system` by `messages`, at the place of `prompt`; other members stay as they are.
    static func makeConversation(_ body: inout JSONObject) throws(PromptProblem) {
        let prompt = body["prompt"].flatMap { $0.isNull ? nil : $0 }
        let messages = body["messages"].flatMap { $0.isNull ? nil : $0 }
        let system = try takeSystem(from: &body)
        switch (prompt, messages) {
        case (.some, .some):
            throw PromptProblem(
                .conflictingFields, "Both `prompt` and `messages` are given.", remedy: "Keep one of the two.",
                field: "prompt")
        case (nil, nil):
            throw PromptProblem(
                .missingPrompt, "The line has neither `prompt` nor `messages`.",
                remedy:
                    "Write {\"prompt\": \"…\"}, {\"messages\": […]}, or an OpenAI batch line with a `body`.",
                field: "prompt")
        case (let prompt?, nil):
            guard let text = prompt.stringValue else {
                throw FieldCheck.wrongType("prompt", prompt, expected: "a string; one line a prompt")
            }
            guard text.contains(where: { !$0.isWhitespace }) else {
                throw PromptProblem(
                    .missingPrompt, "The `prompt` is empty.", remedy: "Write what is to be asked.",
                    field: "prompt")
            }
            let turns = system.map { [message("system", $0)] } ?? []
            body.removeValue(forKey: "messages")
            body.replace("prompt", with: "messages", .array(turns + [message("user", text)]))
        case (nil, let messages?):
            body.removeValue(forKey: "prompt")
            if let system { body["messages"] = try adding(system, to: messages) }
        }
    }

    private static func takeSystem(from body: inout JSONObject) throws(PromptProblem) -> String? {
        guard let value = body.removeValue(forKey: "system"), !value.isNull else { return nil }
        guard let text = value.stringValue else {
            throw FieldCheck.wrongType("system", value, expected: "a string")
        }
        return text
    }

    private static func adding(_ system: String, to messages: JSON) throws(PromptProblem) -> JSON {
        guard case .array(let turns) = messages else { return messages }
        guard !turns.contains(where: { $0["role"] == "system" }) else {
            throw PromptProblem(
                .conflictingFields, "`system` is given and `messages` has a system message too.",
                remedy: "Keep one of the two.", field: "system")
        }
        return .array([message("system", system)] + turns)
    }

    private static func message(_ role: String, _ text: String) -> JSON {
        ["role": .string(role), "content": .string(text)]
    }
}
