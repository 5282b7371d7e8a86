import JSON
import PromptBatch

/// The text of a request, as far as the simulation looks at it.
public struct PromptText: Sendable, Hashable {
    /// FNV-1a (Fowler, Noll, Vo), 64 bits, of the texts in order with a line feed after each.
    public private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    public private(set) var bytes = 0
    /// 0 for a text without a chat template.
    public private(set) var messages = 0

    /// A prompt of `/v1/completions` or `/completion`.
    public init(_ text: String) {
        add(text)
    }

    /// The messages of a chat; nil where that is not what it is.
    public init?(messages json: JSON) {
        guard let list = json.arrayValue, !list.isEmpty else { return nil }
        for message in list {
            guard message.objectValue != nil else { return nil }
            messages += 1
            switch message["content"] {
            case .string(let text)?: add(text)
            case .array(let parts)?:
                for part in parts { add(part["text"]?.stringValue ?? "") }
            default: add("")
            }
        }
    }

    private mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { buffer in
            bytes += buffer.count
            for byte in buffer { add(byte) }
        }
        add(UInt8(ascii: "\n"))
    }

    private mutating func add(_ byte: UInt8) {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }
}
