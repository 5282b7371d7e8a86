import JSON

/// Makes a prompt of the JSON value of one line.
struct LineParser {
    let line: Int

    func prompt(from value: JSON) throws(PromptProblem) -> Prompt {
        guard case .object(let object) = value else {
            throw PromptProblem(
                .invalidJSON, "The line is \(value.summary), not a JSON object.",
                remedy: "Write a prompt as an object: {\"prompt\": \"…\"}.", line: line)
        }
        var customID: String?
        do throws(PromptProblem) {
            customID = try Self.customID(of: object)
            return try Self.isBatchLine(object)
                ? batchPrompt(from: object, customID: customID)
                : simplePrompt(from: object, customID: customID)
        } catch {
            throw error.located(line: line, customID: customID)
        }
    }

    /// Whether a line is in the shape of OpenAI's Batch API rather than a simple one.
    static func isBatchLine(_ object: JSONObject) -> Bool {
        object["body"] != nil || object["url"] != nil || object["method"] != nil
    }

    /// Whether a line is in either of the two shapes.
    static func isPromptLine(_ object: JSONObject) -> Bool {
        isBatchLine(object) || object["prompt"] != nil || object["messages"] != nil
    }

    private func batchPrompt(from object: JSONObject, customID: String?) throws(PromptProblem) -> Prompt {
        try Self.checkMethod(object["method"])
        let statedEndpoint = try Self.endpoint(object["url"])
        guard let bodyValue = object["body"], !bodyValue.isNull else {
            throw PromptProblem(
                .missingPrompt, "The batch line has no `body`.",
                remedy: "Give the request as `body`: {\"messages\": […]}.", field: "body")
        }
        guard case .object(var body) = bodyValue else {
            throw FieldCheck.wrongType("body", bodyValue, expected: "an object")
        }
        let lineOverrides = Self.present(object["draftspool"])
        let bodyOverrides = Self.present(body.removeValue(forKey: "draftspool"))
        guard lineOverrides == nil || bodyOverrides == nil else {
            throw PromptProblem(
                .conflictingFields, "`draftspool` is given both on the line and in the body.",
                remedy: "Keep one of the two.", field: "draftspool")
        }
        let overrides = try Overrides(lineOverrides ?? bodyOverrides)
        let endpoint = statedEndpoint ?? (body["messages"] == nil ? .completions : .chatCompletions)
        try BodyCheck(endpoint: endpoint, path: "body.").check(body)
        return prompt(customID: customID, endpoint: endpoint, body: body, overrides: overrides)
    }

    private func simplePrompt(from object: JSONObject, customID: String?) throws(PromptProblem) -> Prompt {
        var body = object
        body.removeValue(forKey: "id")
        body.removeValue(forKey: "custom_id")
        let overrides = try Overrides(Self.present(body.removeValue(forKey: "draftspool")))
        try SimpleBody.makeConversation(&body)
        try BodyCheck(endpoint: .chatCompletions, path: "").check(body)
        return prompt(customID: customID, endpoint: .chatCompletions, body: body, overrides: overrides)
    }

    private func prompt(
        customID: String?, endpoint: PromptEndpoint, body: JSONObject, overrides: Overrides
    ) -> Prompt {
        Prompt(
            line: line, customID: customID ?? MadeUpID(line: line).text, hasExplicitID: customID != nil,
            endpoint: endpoint, body: .object(body), workloadOverride: overrides.workload,
            depthOverride: overrides.depth, priority: overrides.priority,
            deadline: overrides.deadline)
    }

    /// The user's id: `custom_id` or `id`, a string that is not empty or a whole number.
    static func customID(of object: JSONObject) throws(PromptProblem) -> String? {
        let customID = present(object["custom_id"])
        let id = isBatchLine(object) ? nil : present(object["id"])
        guard customID == nil || id == nil else {
            throw PromptProblem(
                .conflictingFields, "Both `custom_id` and `id` are given.", remedy: "Keep one of the two.",
                field: "id")
        }
        let field = customID == nil ? "id" : "custom_id"
        switch customID ?? id {
        case nil:
            return nil
        case .string(let text)? where !text.isEmpty && text.utf8.count <= FieldCheck.maximumIDBytes:
            return text
        case .number(let literal)? where Int(literal) != nil:
            return literal
        case let other?:
            throw FieldCheck.wrongType(
                field, other,
                expected: "a string of 1 to \(FieldCheck.maximumIDBytes) bytes, or a whole number")
        }
    }

    private static func checkMethod(_ method: JSON?) throws(PromptProblem) {
        guard let method = present(method) else { return }
        guard let text = method.stringValue else {
            throw FieldCheck.wrongType("method", method, expected: "the string \"POST\"")
        }
        guard text == "POST" else {
            throw PromptProblem(
                .unsupportedMethod, "The method is \(method.summary).",
                remedy: "Write \"method\": \"POST\", or leave the field out.", field: "method")
        }
    }

    private static func endpoint(_ url: JSON?) throws(PromptProblem) -> PromptEndpoint? {
        guard let url = present(url) else { return nil }
        guard let text = url.stringValue else {
            throw FieldCheck.wrongType("url", url, expected: "the path of an endpoint as a string")
        }
        guard let endpoint = PromptEndpoint(rawValue: text) else {
            let known = PromptEndpoint.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
            throw PromptProblem(
                .unknownURL, "The url is \(url.summary), which prompts cannot be sent to.",
                remedy: "Use \(known); a host does not belong there.", field: "url")
        }
        return endpoint
    }

    private static func present(_ value: JSON?) -> JSON? {
        value?.isNull == true ? nil : value
    }
}
