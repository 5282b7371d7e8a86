extension JSONText {
    /// The value of the member `key` as it was written, of several with that name the last; nil when there is none or
    /// the text is no object.
    public func member(_ key: String) -> JSONText? {
        guard let value = value[key] else { return nil }
        let place = bytes.withUnsafeBytes { buffer in
            var parser = JSONParser(bytes: buffer, limits: JSONLimits())
            return parser.placeOfMember(key)
        }
        return place.map { JSONText(bytes: Array(bytes[$0]), value: value) }
    }
}

extension JSONParser {
    /// Where the last value of the member `key` stands in a text that is known to be a valid object.
    fileprivate mutating func placeOfMember(_ key: String) -> Range<Int>? {
        var place: Range<Int>?
        position = 1
        while position < bytes.count {
            skipWhiteSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\""), let name = try? parseString()
            else { break }
            skipWhiteSpace()
            _ = consume(UInt8(ascii: ":"))
            skipWhiteSpace()
            let start = position
            skipValue()
            if name.hasSameBytes(as: key) { place = start..<position }
            skipWhiteSpace()
            guard consume(UInt8(ascii: ",")) else { break }
        }
        return place
    }

    /// Moves past the value at `position`, without a look at what it says.
    private mutating func skipValue() {
        var depth = 0
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                skipString()
                if depth == 0 { return }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard depth > 0 else { return }
                depth -= 1
                position += 1
                if depth == 0 { return }
            case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D:
                if depth == 0 { return }
                position += 1
            default:
                position += 1
            }
        }
    }

    private mutating func skipString() {
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position = min(position + 1, bytes.count)
    }
}
