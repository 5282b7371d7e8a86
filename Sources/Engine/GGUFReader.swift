/// Reads the little-endian values of a GGUF header one after the other, never past the end of the file.
struct GGUFReader<Source: GGUFSource> {
    /// Bytes fetched at a time.
    private static var windowBytes: Int { 256 << 10 }

    let source: Source
    private(set) var offset: UInt64 = 0
    private var window: [UInt8] = []
    private var windowStart: UInt64 = 0

    init(_ source: Source) {
        self.source = source
    }

    /// Bytes from here to the end of the file.
    var remaining: UInt64 { source.byteCount - offset }

    mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws(GGUFError)
        -> Value
    {
        let size = MemoryLayout<Value>.size
        let start = try position(of: size)
        var value: Value = 0
        for index in (0..<size).reversed() {
            value = value << 8 | Value(truncatingIfNeeded: window[start + index])
        }
        offset += UInt64(size)
        return value
    }

    /// Reads a string of at most `limit` bytes.
    mutating func string(limit: Int) throws(GGUFError) -> String {
        let length: UInt64 = try integer()
        guard length <= remaining else { throw .truncated(atByte: offset) }
        guard length <= UInt64(limit) else {
            throw .malformed("a string of \(length) bytes at byte \(offset), where \(limit) are allowed")
        }
        let start = try position(of: Int(length))
        defer { offset += length }
        return String(decoding: window[start..<start + Int(length)], as: UTF8.self)
    }

    /// Passes over `count` bytes.
    mutating func skip(_ count: UInt64) throws(GGUFError) {
        guard count <= remaining else { throw .truncated(atByte: offset) }
        offset += count
    }

    /// Makes the next `count` bytes available, and says where in the window they begin.
    private mutating func position(of count: Int) throws(GGUFError) -> Int {
        guard UInt64(count) <= remaining else { throw .truncated(atByte: offset) }
        let isInside =
            offset >= windowStart && offset + UInt64(count) <= windowStart + UInt64(window.count)
        if !isInside {
            window = try source.read(at: offset, count: max(count, Self.windowBytes))
            windowStart = offset
            guard window.count >= count else { throw .truncated(atByte: offset) }
        }
        return Int(offset - windowStart)
    }
}
