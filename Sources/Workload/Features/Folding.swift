/// Reading and folding single scalars of UTF-8.
enum Folding {
    /// A scalar and its length in bytes; length 1 for a byte that begins no well-formed sequence.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> (UInt32, Int) {
        let lead = bytes[position]
        let length: Int
        var scalar: UInt32
        switch lead {
        case 0xC2...0xDF: (length, scalar) = (2, UInt32(lead & 0x1F))
        case 0xE0...0xEF: (length, scalar) = (3, UInt32(lead & 0x0F))
        case 0xF0...0xF4: (length, scalar) = (4, UInt32(lead & 0x07))
        default: return (0, 1)
        }
        guard position + length <= bytes.count else { return (0, 1) }
        for offset in 1..<length {
            let next = bytes[position + offset]
            guard next & 0xC0 == 0x80 else { return (0, 1) }
            scalar = scalar << 6 | UInt32(next & 0x3F)
        }
        return (scalar, length)
    }

    /// The lower case of a Latin, Greek or Cyrillic letter; any other scalar itself.
    static func lower(_ scalar: UInt32) -> UInt32 {
        switch scalar {
        case 0xC0...0xDE where scalar != 0xD7: scalar + 0x20
        case 0x391...0x3A9: scalar + 0x20
        case 0x410...0x42F: scalar + 0x20
        case 0x100...0x17F where scalar & 1 == 0 && scalar != 0x130 && scalar != 0x138: scalar + 1
        default: scalar
        }
    }
}
