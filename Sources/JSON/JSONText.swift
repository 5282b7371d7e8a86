/// A JSON text as somebody else wrote it, kept byte for byte, with what it says.
///
/// Everything that RFC 8259 allows is accepted. Where it leaves the meaning open, the text stays as it is and ``value``
/// decides: of members with the same name the last one counts, as for most parsers; an escaped lone surrogate is U+FFFD.
public struct JSONText: Sendable {
    /// The text on one line: without its line breaks, which valid JSON has only between tokens, and without white
    /// space before and after it. Nothing else is changed.
    public let bytes: [UInt8]
    /// What the text says.
    public let value: JSON

    /// Reads a text in UTF-8 without a byte order mark.
    ///
    /// - Throws: ``JSONParseError`` with the byte offset of the first thing that is wrong.
    public init(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONParseError) {
        let result = bytes.withUnsafeBytes { buffer -> Result<JSON, JSONParseError> in
            var parser = JSONParser(bytes: buffer, limits: limits, allowsDuplicates: true)
            do throws(JSONParseError) {
                return .success(try parser.parseText())
            } catch {
                return .failure(error)
            }
        }
        self.init(bytes: Self.onOneLine(bytes), value: try result.get())
    }

    /// The compact text of a value.
    public init(_ value: JSON) {
        self.init(bytes: value.serialized(), value: value)
    }

    init(bytes: [UInt8], value: JSON) {
        self.bytes = bytes
        self.value = value
    }

    /// What the member `key` of an object says; nil when there is none or the text is no object.
    public subscript(key: String) -> JSON? { value[key] }

    private static func onOneLine(_ bytes: [UInt8]) -> [UInt8] {
        let start = bytes.firstIndex { !isWhiteSpace($0) } ?? bytes.endIndex
        let end = bytes.lastIndex { !isWhiteSpace($0) }.map { $0 + 1 } ?? start
        let text = bytes[start..<end]
        guard text.contains(where: isLineBreak) else {
            return text.count == bytes.count ? bytes : Array(text)
        }
        return text.filter { !isLineBreak($0) }
    }

    private static func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    private static func isWhiteSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || isLineBreak(byte)
    }
}

extension JSONText: Hashable {
    /// Two texts are equal where their bytes are; the same value may be written in many ways.
    public static func == (left: JSONText, right: JSONText) -> Bool { left.bytes == right.bytes }

    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
