import PromptBatch

/// Reads a batch file a wave of blocks at a time: as much as can be taken apart at once in bounded memory.
struct LineBlocks: ~Copyable {
    /// A non-blank line, copied out of the reader's buffer.
    struct Line: Sendable {
        /// From 1, blank lines counted.
        let number: Int
        /// Where it begins in the file, bytes.
        let offset: Int
        /// Without its newline, bytes.
        let length: Int
        /// Where its bytes are in ``Block/bytes``; nil if it has more than are allowed.
        let range: Range<Int>?
    }

    /// Lines that follow each other.
    struct Block: Sendable {
        var lines: [Line] = []
        var bytes: [UInt8] = []
    }

    private static let blocksPerWave = 8
    private static let linesPerBlock = 512
    private static let bytesPerBlock = 1 << 20

    private var reader: LineReader
    private let isWhole: (UnsafeRawBufferPointer) -> Bool
    private let takesPartialLine: Bool
    /// Lines read so far, blank ones and those before the beginning counted.
    private(set) var lineCount: Int
    private var isAtEnd = false
    /// Whether the first bytes are the rest of a line that was taken before its newline was there, and has its outcome.
    private var continuesLine = false
    /// Bytes of the file that are accounted for.
    private(set) var seenBytes: Int
    /// Where the last line ends that there was, taken or not; bytes.
    private(set) var end: Int
    /// Where reading goes on if the file grows: after the last line taken, or before it if it is a part of one.
    private(set) var position: ReadPosition

    /// - Parameters:
    ///   - position: where to begin.
    ///   - takesPartialLine: whether a last line that no newline ends is taken although it is not whole.
    ///   - isWhole: whether the last line makes sense without more bytes.
    init(
        _ file: any DiskFile, from position: ReadPosition, limit: Int, takesPartialLine: Bool,
        isWhole: @escaping (UnsafeRawBufferPointer) -> Bool
    ) throws(SpoolError) {
        if position.bytes > 0 {
            var last: UInt8 = 0
            let count = withUnsafeMutableBytes(of: &last) { byte in
                Result { () throws(SpoolError) in try file.read(into: byte, at: position.bytes - 1) }
            }
            continuesLine = try count.get() == 1 && last != UInt8(ascii: "\n")
        }
        reader = LineReader(file, from: position.bytes, limit: limit)
        self.position = position
        self.takesPartialLine = takesPartialLine
        self.isWhole = isWhole
        lineCount = position.lines
        seenBytes = position.bytes
        end = position.bytes
    }

    /// The next blocks; none at the end of the file.
    mutating func next() throws(SpoolError) -> [Block] {
        var blocks: [Block] = []
        while blocks.count < Self.blocksPerWave, !isAtEnd {
            let block = try readBlock()
            if !block.lines.isEmpty { blocks.append(block) }
        }
        return blocks
    }

    private mutating func readBlock() throws(SpoolError) -> Block {
        var block = Block()
        while block.lines.count < Self.linesPerBlock, block.bytes.count < Self.bytesPerBlock {
            guard let (line, place) = try reader.next() else {
                isAtEnd = true
                break
            }
            end = place.end
            if continuesLine {
                continuesLine = false
                seenBytes = end
                position.bytes = end
                continue
            }
            let isPart = !place.isTerminated && !Self.isWhole(line, isWhole)
            if isPart, !takesPartialLine {
                if Self.isBlank(line) { seenBytes = end }
                isAtEnd = true
                break
            }
            lineCount += 1
            seenBytes = end
            if !isPart { position = ReadPosition(bytes: place.end, lines: lineCount) }
            guard !Self.isBlank(line) else { continue }
            var range: Range<Int>?
            if case .bytes(let bytes) = line {
                let start = block.bytes.count
                block.bytes.append(contentsOf: bytes)
                range = start..<block.bytes.count
            }
            block.lines.append(
                Line(number: lineCount, offset: place.offset, length: place.length, range: range))
        }
        return block
    }

    /// A blank line may be the beginning of another one.
    private static func isWhole(
        _ line: LineReader.Line, _ makesSense: (UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        guard case .bytes(let bytes) = line, !isBlank(line) else { return false }
        return bytes.withUnsafeBytes(makesSense)
    }

    private static func isBlank(_ line: LineReader.Line) -> Bool {
        guard case .bytes(let bytes) = line else { return false }
        return bytes.withUnsafeBytes(PromptParser.isBlank)
    }
}

/// How far a batch's file has been read.
public struct ReadPosition: Sendable, Hashable {
    /// Where the next line begins, bytes.
    public var bytes: Int
    /// Lines before it, blank ones counted.
    public var lines: Int

    public static let beginning = ReadPosition(bytes: 0, lines: 0)

    public init(bytes: Int, lines: Int) {
        self.bytes = bytes
        self.lines = lines
    }
}
