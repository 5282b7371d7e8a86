import FoundationEssentials

/// Points in time as records write them: RFC 3339 in UTC, to the millisecond.
public enum RFC3339 {
    /// For example `2026-11-23T22:55:01.250Z`.
    public static func string(from date: Date) -> String {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        let wholeSeconds = (milliseconds / 1000).rounded(.down)
        let remainder = String(Int(milliseconds - wholeSeconds * 1000))
        let seconds = Date(timeIntervalSince1970: wholeSeconds).formatted(.iso8601)
        let fraction = String(repeating: "0", count: 3 - remainder.count) + remainder
        return "\(seconds.dropLast()).\(fraction)Z"
    }

    /// The time a text states, with or without fractions of a second; nil when it is no such text.
    public static func date(from text: String) -> Date? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        return try? Date(text, strategy: style)
    }

    /// Reads a time from a coded string.
    static func decode<Key: CodingKey>(
        _ container: KeyedDecodingContainer<Key>, _ key: Key
    ) throws -> Date {
        let text = try container.decode(String.self, forKey: key)
        guard let date = date(from: text) else {
            throw DecodingError.dataCorruptedError(
                forKey: key, in: container, debugDescription: "\"\(text)\" is no RFC 3339 time")
        }
        return date
    }
}
