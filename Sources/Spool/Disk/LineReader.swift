import Foundation

/// Reads a file line by line with memory bounded by the longest line allowed.
public struct LineReader: ~Copyable {
    /// One line of the file.
    public enum Line {
        /// The line's bytes without its newline.
        case bytes(ArraySlice<UInt8>)
        /// The line has more than the allowed number of bytes and was passed over.
        case tooLong
    }

    /// A line with its place.
    public struct Place {
        /// Where it begins in the file, bytes.
        public let offset: Int
        /// Without its newline, bytes.
        public let length: Int
        /// Whether a newline ends it.
        public let isTerminated: Bool

        /// Where the next line begins, bytes.
        public var end: Int { offset + length + (isTerminated ? 1 : 0) }
    }

    private let file: any DiskFile
    private let limit: Int
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    /// Where the next line begins in the file, bytes.
    private var offset: Int
    /// Where the next bytes are to be read from.
    private var readOffset: Int

    /// Reads an open file from `offset` on, where a line begins.
    init(_ file: any DiskFile, from offset: Int = 0, limit: Int) {
        self.file = file
        self.limit = limit
        self.offset = offset
        readOffset = offset
        buffer = [UInt8](repeating: 0, count: 1 << 20)
    }

    /// The next line with its place in the file, nil at the end.
    public mutating func next() throws(SpoolError) -> (line: Line, place: Place)? {
        var scanned = start
        var isTooLong = false
        var passedOver = 0
        while true {
            if let newline = buffer[scanned..<end].firstIndex(of: UInt8(ascii: "\n")) {
                return take(upTo: newline, hasNewline: true, isTooLong: isTooLong, passedOver: passedOver)
            }
            if isAtEnd {
                guard end > start || passedOver > 0 else { return nil }
                return take(upTo: end, hasNewline: false, isTooLong: isTooLong, passedOver: passedOver)
            }
            if end - start > limit {
                isTooLong = true
                passedOver += end - start
                start = end
            }
            if isTooLong { passedOver += skipHole() }
            scanned = try fill()
        }
    }

    private mutating func take(
        upTo index: Int, hasNewline: Bool, isTooLong: Bool, passedOver: Int
    ) -> (line: Line, place: Place) {
        let length = passedOver + index - start
        let line: Line = isTooLong || length > limit ? .tooLong : .bytes(buffer[start..<index])
        let place = Place(offset: offset, length: length, isTerminated: hasNewline)
        start = hasNewline ? index + 1 : index
        offset = place.end
        return (line, place)
    }

    /// Moves past a hole of a sparse file while an overlong line is passed over: it holds no newline, and reading
    /// a terabyte of nothing takes minutes.
    ///
    /// - Returns: How many bytes were passed over.
    private mutating func skipHole() -> Int {
        let next = file.nextData(from: readOffset)
        defer { readOffset = next }
        return next - readOffset
    }

    /// Reads more; returns where the new bytes begin in the buffer.
    private mutating func fill() throws(SpoolError) -> Int {
        if start > 0 {
            buffer.withUnsafeMutableBytes { [start, end] bytes in
                guard let base = bytes.baseAddress else { return }
                memmove(base, base + start, end - start)
            }
            end -= start
            start = 0
        }
        if end == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
        let begin = end
        let count = try buffer.withUnsafeMutableBytes { [file, readOffset] bytes in
            Result { () throws(SpoolError) in
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[begin...]), at: readOffset)
            }
        }.get()
        end += count
        readOffset += count
        isAtEnd = count == 0
        return begin
    }
}
