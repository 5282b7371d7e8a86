import JSON

/// The long beginning that a prompt may share with others, as a hash: an engine that has read it for one of them need not
/// read it again for the next.
///
/// Of a conversation it is what precedes the last user turn: system prompt, examples, tools. Where that is short, and of
/// plain text, it is the first `leastBytes`.
public struct PrefixKey: Hashable, Codable, Sendable {
    /// Shorter beginnings are read again so fast that they are none.
    static let leastBytes = 1024
    /// What is alike for so long may differ after that.
    private static let mostBytes = 16 << 10

    public let value: UInt64

    public init(value: UInt64) { self.value = value }

    /// Nil where there is no long beginning.
    init?(body: JSON) {
        let tools = body["tools"].map { [$0.text] } ?? []
        let turns: [String]
        var lead: Int
        if let messages = body["messages"]?.arrayValue {
            turns = tools + messages.map(Self.text)
            lead = tools.count + (messages.lastIndex { $0["role"]?.stringValue == "user" } ?? 0)
        } else if let prompt = body["prompt"]?.stringValue {
            (turns, lead) = ([prompt], 0)
        } else {
            return nil
        }
        var limit = Self.mostBytes
        if turns[..<lead].reduce(0, { $0 + $1.utf8.count }) < Self.leastBytes {
            (lead, limit) = (turns.count, Self.leastBytes)
        }
        var hash = StableHash()
        hash.combine(body["model"]?.stringValue ?? "")
        var left = limit
        for turn in turns[..<lead] where left > 0 {
            hash.combine(byte: 0xFF)
            for byte in turn.utf8.prefix(left) { hash.combine(byte: byte) }
            left -= min(left, turn.utf8.count)
        }
        guard limit - left >= Self.leastBytes else { return nil }
        value = hash.value
    }

    private static func text(of message: JSON) -> String {
        (message["role"]?.stringValue ?? "") + "\n" + RequestReader.content(of: message).text
    }
}

extension Prompt {
    /// The long beginning that it may share with others; nil where it has none.
    public var prefixKey: PrefixKey? { PrefixKey(body: body) }
}
