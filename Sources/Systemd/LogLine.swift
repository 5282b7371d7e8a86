import FoundationEssentials
import Logging

/// A log event as one line of text: `2026-11-23T22:55:01Z info  message batch=b7 workload=code`.
public struct LogLine: Hashable, Sendable {
    /// The line without its line end.
    public let text: String

    /// Writes the event with `metadata`: its own merged with that of its logger. `MESSAGE_ID`, which only the journal can
    /// use, is left out.
    public init(date: Date, event: LogEvent, metadata: Logger.Metadata) {
        let level = event.level.rawValue
        let padding = String(repeating: " ", count: max(0, 5 - level.count))
        var parts = [
            "\(date.formatted(.iso8601)) \(level)\(padding) \(Self.onOneLine(event.message.description))"
        ]
        if let error = event.error {
            parts.append("error=\(Self.quoted(String(describing: error)))")
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where key != MessageID.metadataKey {
            parts.append("\(key)=\(Self.quoted("\(value)"))")
        }
        text = parts.joined(separator: " ")
    }

    /// A value as it is when it is one plain word, otherwise in quotes.
    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.isEmpty
            && value.unicodeScalars.allSatisfy { scalar in
                scalar.value > 0x20 && scalar.value != 0x7F && scalar != "\"" && scalar != "="
                    && scalar != "\\"
                    && !scalar.properties.isWhitespace
            }
        guard !isPlain else { return value }
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "\"\(onOneLine(escaped))\""
    }

    /// The text with control characters escaped, so that no message can fake a second line or steer a terminal.
    private static func onOneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": line += "\\n".unicodeScalars
            case "\r": line += "\\r".unicodeScalars
            case "\t": line += "\\t".unicodeScalars
            default:
                guard scalar.properties.generalCategory == .control else {
                    line.append(scalar)
                    continue
                }
                line += "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars
            }
        }
        return String(line)
    }
}
