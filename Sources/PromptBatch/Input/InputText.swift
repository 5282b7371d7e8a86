/// The bytes around a text that are no part of it.
enum InputText {
    /// The UTF-8 byte order mark some editors put at the start of a file.
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Space, tab, line feed, carriage return.
    static func isWhiteSpace(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D: true
        default: false
        }
    }

    /// The line without the LF or CRLF it may end with.
    static func withoutLineEnd(_ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard line.last == UInt8(ascii: "\n") else { return line }
        let line = line.dropLast()
        return UnsafeRawBufferPointer(
            rebasing: line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }

    static func withoutByteOrderMark(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard bytes.starts(with: byteOrderMark) else { return bytes }
        return UnsafeRawBufferPointer(rebasing: bytes.dropFirst(byteOrderMark.count))
    }

    static func withoutByteOrderMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
    }
}
