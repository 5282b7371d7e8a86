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
    /// Lines read so far, blank ones counted.
    private(set) var lineCount = 0
    private var isAtEnd = false

    init(reading reader: consuming LineReader) {
        self.reader = reader
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
            guard let (line, offset, length) = try reader.next() else {
                isAtEnd = true
                break
            }
            lineCount += 1
            switch line {
            case .tooLong:
                block.lines.append(Line(number: lineCount, offset: offset, length: length, range: nil))
            case .bytes(let bytes):
                guard !bytes.withUnsafeBytes(PromptParser.isBlank) else { continue }
                let start = block.bytes.count
                block.bytes.append(contentsOf: bytes)
                block.lines.append(
                    Line(
                        number: lineCount, offset: offset, length: length,
                        range: start..<block.bytes.count))
            }
        }
        return block
    }
}
