import Foundation

/// Reads a file line by line with memory bounded by the longest line allowed.
struct LineReader: ~Copyable {
    /// One line of the file.
    enum Line {
        /// The line's bytes without its newline.
        case bytes(ArraySlice<UInt8>)
        /// The line has more than the allowed number of bytes and was passed over.
        case tooLong
    }

    /// `SEEK_DATA` of lseek(2), which Swift's Glibc does not show.
    private static let seekData: Int32 = 3

    private let descriptor: Int32
    private let path: String
    private let limit: Int
    private var buffer: [UInt8]
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    /// Where the next line begins in the file, bytes.
    private(set) var offset = 0

    /// Reads from the beginning of an open file; the descriptor stays the caller's.
    init(descriptor: Int32, path: String, limit: Int) {
        self.descriptor = descriptor
        self.path = path
        self.limit = limit
        buffer = [UInt8](repeating: 0, count: 1 << 20)
    }

    /// The next line with its place in the file, nil at the end.
    mutating func next() throws(SpoolError) -> (line: Line, offset: Int, length: Int)? {
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
    ) -> (line: Line, offset: Int, length: Int) {
        let length = passedOver + index - start
        let line: Line = isTooLong || length > limit ? .tooLong : .bytes(buffer[start..<index])
        let place = offset
        start = hasNewline ? index + 1 : index
        offset += length + (hasNewline ? 1 : 0)
        return (line, place, length)
    }

    /// Moves past a hole of a sparse file while an overlong line is passed over: it holds no newline, and reading
    /// a terabyte of nothing takes minutes.
    ///
    /// - Returns: How many bytes were passed over.
    private func skipHole() -> Int {
        let position = lseek(descriptor, 0, SEEK_CUR)
        guard position >= 0 else { return 0 }
        var next = lseek(descriptor, position, Self.seekData)
        if next < 0, errno == ENXIO { next = lseek(descriptor, 0, SEEK_END) }
        guard next >= position else {
            lseek(descriptor, position, SEEK_SET)
            return 0
        }
        return Int(next - position)
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
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                read(descriptor, bytes.baseAddress.map { $0 + begin }, bytes.count - begin)
            }
            if count > 0 {
                end += count
                return begin
            }
            if count == 0 {
                isAtEnd = true
                return begin
            }
            guard errno == EINTR else { throw SpoolError(operation: "read", path: path) }
        }
    }
}
