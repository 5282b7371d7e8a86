import JSON
import Workload

/// Reads from a request body what the classifier and the depth decision need to know of it.
struct RequestReader {
    let body: JSON

    var workloadRequest: WorkloadRequest {
        WorkloadRequest(
            turns: turns, wantsJSON: isConstrained, hasTools: body["tools"]?.arrayValue?.isEmpty == false,
            thinking: thinking)
    }

    /// Whether a field that forces the answer's form is set, by the names llama-server and vLLM know.
    var isConstrained: Bool {
        if let type = body["response_format"]?["type"]?.stringValue, type != "text" { return true }
        return Self.constraintFields.contains { field in
            guard let value = body[field], !value.isNull else { return false }
            return value != .string("")
        }
    }

    private static let constraintFields = [
        "grammar", "json_schema", "structured_outputs", "guided_json", "guided_grammar", "guided_regex",
        "guided_choice",
    ]

    /// A template switch wins over the switches people type into a prompt only when it says no, as in Qwen's chat
    /// template; then the last typed switch, the template switch, and the effort fields are asked in this order.
    var thinking: Bool {
        if templateSwitch == false { return false }
        if let typed = typedSwitch { return typed }
        if let templateSwitch { return templateSwitch }
        return effort.map { !["none", "off", "disabled"].contains($0) } ?? false
    }

    private var templateSwitch: Bool? {
        let arguments = body["chat_template_kwargs"]
        return arguments?["enable_thinking"]?.boolValue ?? arguments?["thinking"]?.boolValue
            ?? body["enable_thinking"]?.boolValue
    }

    private var effort: String? {
        body["reasoning_effort"]?.stringValue ?? body["chat_template_kwargs"]?["reasoning_effort"]?
            .stringValue
            ?? body["reasoning"]?["effort"]?.stringValue ?? body["thinking"]?["type"]?.stringValue
    }

    /// `/think` or `/no_think` as a word of the last user or system turn that has one.
    private var typedSwitch: Bool? {
        for turn in turns.reversed() where turn.role == .user || turn.role == .system {
            if let answer = Self.lastTypedSwitch(in: turn.text) { return answer }
        }
        return nil
    }

    private static let typedSwitches = [
        (word: Array("/think".utf8), answer: true), (word: Array("/no_think".utf8), answer: false),
        (word: Array("/nothink".utf8), answer: false),
    ]

    private static func lastTypedSwitch(in text: String) -> Bool? {
        var text = text
        return text.withUTF8 { bytes in
            var end = bytes.endIndex
            while let start = bytes[..<end].lastIndex(of: UInt8(ascii: "/")) {
                end = start
                guard start == 0 || InputText.isWhiteSpace(bytes[start - 1]) else { continue }
                let word = bytes[start...].prefix(10).prefix { !InputText.isWhiteSpace($0) }
                if let typed = typedSwitches.first(where: { word.elementsEqual($0.word) }) {
                    return typed.answer
                }
            }
            return nil
        }
    }

    private var turns: [WorkloadRequest.Turn] {
        guard let messages = body["messages"]?.arrayValue else {
            return body["prompt"]?.stringValue.map { [WorkloadRequest.Turn(role: .user, text: $0)] } ?? []
        }
        return messages.map { message in
            let (text, hasNonTextParts) = Self.content(of: message)
            return WorkloadRequest.Turn(
                role: Self.role(of: message), text: text, hasNonTextParts: hasNonTextParts)
        }
    }

    private static func role(of message: JSON) -> WorkloadRequest.Turn.Role {
        switch message["role"]?.stringValue {
        case "system", "developer": .system
        case "user": .user
        case "assistant": .assistant
        case "tool", "function": .tool
        default: .other
        }
    }

    static func content(of message: JSON) -> (text: String, hasNonTextParts: Bool) {
        guard let parts = message["content"]?.arrayValue else {
            return (message["content"]?.stringValue ?? "", false)
        }
        let texts = parts.compactMap { $0["text"]?.stringValue ?? $0.stringValue }
        return (texts.joined(separator: "\n"), texts.count < parts.count)
    }
}
