/// Finds where bytes stop being UTF-8, for error messages and for telling text from binary data.
package enum UTF8Validation {
    /// The offset of the first byte that starts no well-formed sequence (Unicode 16, table 3-7); nil when all do.
    ///
    /// A sequence cut off by the end of the bytes is ill-formed too.
    package static func firstInvalidOffset(in bytes: some Collection<UInt8>) -> Int? {
        var offset = 0
        var index = bytes.startIndex
        while index != bytes.endIndex {
            guard let length = sequenceLength(in: bytes, at: index) else { return offset }
            offset += length
            index = bytes.index(index, offsetBy: length)
        }
        return nil
    }

    /// How many bytes start no well-formed sequence.
    package static func invalidByteCount(in bytes: some Collection<UInt8>) -> Int {
        var count = 0
        var index = bytes.startIndex
        while index != bytes.endIndex {
            let length = sequenceLength(in: bytes, at: index)
            count += length == nil ? 1 : 0
            index = bytes.index(index, offsetBy: length ?? 1)
        }
        return count
    }

    private static func sequenceLength<Bytes: Collection<UInt8>>(
        in bytes: Bytes, at start: Bytes.Index
    ) -> Int? {
        let secondRange: ClosedRange<UInt8>
        let length: Int
        switch bytes[start] {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: (length, secondRange) = (2, 0x80...0xBF)
        case 0xE0: (length, secondRange) = (3, 0xA0...0xBF)
        case 0xED: (length, secondRange) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, secondRange) = (3, 0x80...0xBF)
        case 0xF0: (length, secondRange) = (4, 0x90...0xBF)
        case 0xF4: (length, secondRange) = (4, 0x80...0x8F)
        case 0xF1...0xF3: (length, secondRange) = (4, 0x80...0xBF)
        default: return nil
        }
        var index = bytes.index(after: start)
        for place in 1..<length {
            guard index != bytes.endIndex else { return nil }
            guard (place == 1 ? secondRange : 0x80...0xBF).contains(bytes[index]) else { return nil }
            index = bytes.index(after: index)
        }
        return length
    }
}
