extension JSONParser {
    /// Reads a string whose opening quote is at `position`, eight bytes at a time while nothing needs a look.
    mutating func parseString() throws(JSONParseError) -> String {
        position += 1
        let start = position
        var isASCII = true
        try skipPlain(&isASCII)
        if bytes[position] == UInt8(ascii: "\"") {
            let text = UnsafeBufferPointer(rebasing: bytes[start..<position])
            position += 1
            if isASCII { return String(decoding: text, as: UTF8.self) }
            guard let string = String(validating: text, as: UTF8.self) else { throw invalidUTF8(from: start) }
            return string
        }
        return try parseEscapedString(from: start, isASCII: isASCII)
    }

    /// Continues a string at its first backslash, collecting the unescaped bytes.
    private mutating func parseEscapedString(
        from start: Int, isASCII startsASCII: Bool
    ) throws(JSONParseError) -> String {
        var isASCII = startsASCII
        var unescaped: [UInt8] = []
        unescaped.append(contentsOf: bytes[start..<position])
        while bytes[position] == UInt8(ascii: "\\") {
            try appendEscape(to: &unescaped)
            let plainStart = position
            try skipPlain(&isASCII)
            unescaped.append(contentsOf: bytes[plainStart..<position])
        }
        position += 1
        guard let string = String(validating: unescaped, as: UTF8.self) else {
            throw invalidUTF8(from: start)
        }
        return string
    }

    /// Moves to the next quote or backslash. Throws at a bare control character and at the end of the text.
    ///
    /// The word tests are the classic "has a zero byte" and "has a byte less than n" of exact arithmetic on
    /// eight lanes; the lowest flagged lane is always a true one.
    private mutating func skipPlain(_ isASCII: inout Bool) throws(JSONParseError) {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let base = UnsafeRawPointer(bytes.baseAddress)
        var nonASCII: UInt64 = 0
        defer { if nonASCII & highs != 0 { isASCII = false } }
        while let base, position + 8 <= bytes.count {
            let word = UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let flags =
                (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
                    | ((word &- (ones &* 0x20)) & ~word)) & highs
            guard flags == 0 else {
                let lane = flags.trailingZeroBitCount / 8
                nonASCII |= word & ((UInt64(1) << UInt64(lane * 8)) &- 1)
                position += lane
                break
            }
            nonASCII |= word
            position += 8
        }
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
            guard byte >= 0x20 else {
                throw JSONParseError(
                    kind: .syntax, offset: position,
                    message: "a string holds the bare control character 0x" + (byte < 16 ? "0" : "")
                        + String(byte, radix: 16) + ", which must be escaped")
            }
            nonASCII |= UInt64(byte)
            position += 1
        }
        throw unexpected(expected: "the closing '\"' of a string")
    }

    private mutating func appendEscape(to unescaped: inout [UInt8]) throws(JSONParseError) {
        position += 1
        guard position < bytes.count else { throw unexpected(expected: "the rest of an escape") }
        switch bytes[position] {
        case UInt8(ascii: "\""): unescaped.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): unescaped.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): unescaped.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            position += 1
            unescaped.append(contentsOf: try parseUnicodeEscape().utf8)
            return
        default:
            throw unexpected(expected: "one of \" \\ / b f n r t u after a backslash")
        }
        position += 1
    }

    /// Reads the four digits of a `\u` escape and, for a surrogate pair, those of its second half.
    private mutating func parseUnicodeEscape() throws(JSONParseError) -> String {
        let replacement = "\u{FFFD}"
        let first = try parseFourHexDigits()
        if let scalar = UnicodeScalar(first) { return String(Character(scalar)) }
        guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { return replacement }
        let afterFirst = position
        position += 2
        let second = try parseFourHexDigits()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = UnicodeScalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else {
            position = afterFirst
            return replacement
        }
        return String(Character(scalar))
    }

    private mutating func parseFourHexDigits() throws(JSONParseError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count, let digit = Character(UnicodeScalar(bytes[position])).hexDigitValue
            else { throw unexpected(expected: "a hexadecimal digit") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    /// The error for the first byte at or after `start` that is not UTF-8.
    private func invalidUTF8(from start: Int) -> JSONParseError {
        let text = UnsafeBufferPointer(rebasing: bytes[start...])
        let offset = UTF8Validation.firstInvalidOffset(in: text) ?? 0
        return JSONParseError(
            kind: .invalidUTF8, offset: start + offset, message: "the text is not valid UTF-8")
    }
}
