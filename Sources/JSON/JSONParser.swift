/// A recursive-descent reader over one contiguous buffer. Strings are read by ``parseString()``.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    private var remainingDepth: Int
    private let maximumDepth: Int
    /// Of members with the same name the last one counts; otherwise they are an error.
    private let allowsDuplicates: Bool

    init(bytes: UnsafeRawBufferPointer, limits: JSONLimits, allowsDuplicates: Bool = false) {
        self.bytes = bytes.assumingMemoryBound(to: UInt8.self)
        self.maximumDepth = limits.maximumDepth
        self.remainingDepth = limits.maximumDepth
        self.allowsDuplicates = allowsDuplicates
    }

    mutating func parseText() throws(JSONParseError) -> JSON {
        let value = try parseValue()
        skipWhiteSpace()
        guard position == bytes.count else { throw unexpected(expected: "the end of the text") }
        return value
    }

    private mutating func parseValue() throws(JSONParseError) -> JSON {
        skipWhiteSpace()
        guard position < bytes.count else { throw unexpected(expected: "a value") }
        switch bytes[position] {
        case UInt8(ascii: "\""):
            return .string(try parseString())
        case UInt8(ascii: "{"):
            return try nested { (parser) throws(JSONParseError) in try parser.parseObject() }
        case UInt8(ascii: "["):
            return try nested { (parser) throws(JSONParseError) in try parser.parseArray() }
        case UInt8(ascii: "t"):
            return try parseLiteral("true", .bool(true))
        case UInt8(ascii: "f"):
            return try parseLiteral("false", .bool(false))
        case UInt8(ascii: "n"):
            return try parseLiteral("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try parseNumber()
        default:
            throw unexpected(expected: "a value")
        }
    }

    private mutating func nested(
        _ parse: (inout JSONParser) throws(JSONParseError) -> JSON
    ) throws(JSONParseError) -> JSON {
        guard remainingDepth > 0 else {
            throw JSONParseError(
                kind: .tooDeep, offset: position, message: "nested deeper than \(maximumDepth) levels")
        }
        remainingDepth -= 1
        position += 1
        let value = try parse(&self)
        remainingDepth += 1
        return value
    }

    private mutating func parseObject() throws(JSONParseError) -> JSON {
        var object = JSONObject()
        skipWhiteSpace()
        if consume(UInt8(ascii: "}")) { return .object(object) }
        while true {
            skipWhiteSpace()
            let keyOffset = position
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw unexpected(expected: "a member name in double quotes")
            }
            let key = try parseString()
            skipWhiteSpace()
            guard consume(UInt8(ascii: ":")) else { throw unexpected(expected: "':'") }
            let value = try parseValue()
            if !object.appendUnique(key, value) {
                guard allowsDuplicates else {
                    throw JSONParseError(
                        kind: .duplicateKey, offset: keyOffset,
                        message: "the member name \(JSON.string(key).summary) appears twice in one object")
                }
                object[key] = value
            }
            skipWhiteSpace()
            if consume(UInt8(ascii: ",")) { continue }
            guard consume(UInt8(ascii: "}")) else { throw unexpected(expected: "',' or '}'") }
            return .object(object)
        }
    }

    private mutating func parseArray() throws(JSONParseError) -> JSON {
        var elements: [JSON] = []
        skipWhiteSpace()
        if consume(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try parseValue())
            skipWhiteSpace()
            if consume(UInt8(ascii: ",")) { continue }
            guard consume(UInt8(ascii: "]")) else { throw unexpected(expected: "',' or ']'") }
            return .array(elements)
        }
    }

    private mutating func parseLiteral(
        _ literal: StaticString, _ value: JSON
    ) throws(JSONParseError) -> JSON {
        for index in 0..<literal.utf8CodeUnitCount {
            guard consume(literal.utf8Start[index]) else { throw unexpected(expected: "\(literal)") }
        }
        return value
    }

    private mutating func parseNumber() throws(JSONParseError) -> JSON {
        let start = position
        _ = consume(UInt8(ascii: "-"))
        if !consume(UInt8(ascii: "0")) { try consumeDigits() }
        if consume(UInt8(ascii: ".")) { try consumeDigits() }
        if consume(UInt8(ascii: "e")) || consume(UInt8(ascii: "E")) {
            if !consume(UInt8(ascii: "+")) { _ = consume(UInt8(ascii: "-")) }
            try consumeDigits()
        }
        let literal = UnsafeBufferPointer(rebasing: bytes[start..<position])
        return .number(String(decoding: literal, as: UTF8.self))
    }

    private mutating func consumeDigits() throws(JSONParseError) {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position > start else { throw unexpected(expected: "a digit") }
    }

    mutating func skipWhiteSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    mutating func consume(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    func unexpected(expected: String) -> JSONParseError {
        guard position < bytes.count else {
            return JSONParseError(
                kind: .endOfInput, offset: position, message: "the text ends where \(expected) should be")
        }
        let byte = bytes[position]
        let found =
            switch byte {
            case 0x21...0x7E: "'\(Character(UnicodeScalar(byte)))'"
            case 0x20: "a space"
            default: "the byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
        return JSONParseError(
            kind: .syntax, offset: position, message: "found \(found) where \(expected) should be")
    }
}
