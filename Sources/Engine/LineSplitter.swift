/// Cuts a stream of bytes into lines, without ever holding more than one line of bounded length.
package struct LineSplitter {
    /// Bytes of a line that are kept; the rest of a longer line is dropped.
    static let maximumLineBytes = 8192

    private var pending: [UInt8] = []
    private var isInsideLine = false

    package init() {}

    /// Takes the next bytes and returns the lines that they complete, without their line ends. Empty lines
    /// are left out; bytes that are no UTF-8 are replaced by U+FFFD.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if let line = finish() { lines.append(line) }
            } else {
                isInsideLine = true
                if pending.count < Self.maximumLineBytes { pending.append(byte) }
            }
        }
        return lines
    }

    /// Ends the stream and returns its last line, where that lacked a line end.
    package mutating func finish() -> String? {
        defer {
            pending.removeAll(keepingCapacity: true)
            isInsideLine = false
        }
        if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
        return isInsideLine && !pending.isEmpty ? String(decoding: pending, as: UTF8.self) : nil
    }
}
