import Spool

/// The lines of a file of a batch's output, each of which is of a line of the input, in input order.
///
/// They are found by halving: of a file of any size little more is read than what is wanted of it.
struct OrderedLines {
    /// A line, or as much as is known of one that is too long.
    enum Line {
        case bytes([UInt8])
        case tooLong(bytes: Int)
    }

    /// What is read of a line to find out which one it is.
    private static let headBytes = 1 << 16
    /// Where halving ends and reading begins.
    private static let stretchBytes = 1 << 18

    let file: InputFile
    /// The number of the input's line, from the beginning of a line of this file.
    let number: @Sendable (ArraySlice<UInt8>) -> Int?
    /// A longer line is too long, bytes.
    let longest: Int

    /// The lines of a range, by their numbers; without those that say no number.
    func lines(in range: ClosedRange<Int>) throws(SpoolError) -> [Int: Line] {
        var reader = file.lines(from: try offset(of: range.lowerBound), limit: longest)
        var found: [Int: Line] = [:]
        while let (line, place) = try reader.next() {
            let head: ArraySlice<UInt8> =
                switch line {
                case .bytes(let bytes): bytes.prefix(Self.headBytes)
                case .tooLong: try head(at: place.offset)[...]
                }
            guard let number = number(head) else { continue }
            guard number <= range.upperBound else { break }
            guard number >= range.lowerBound else { continue }
            if case .bytes(let bytes) = line {
                found[number] = .bytes(Array(bytes))
            } else {
                found[number] = .tooLong(bytes: place.length)
            }
        }
        return found
    }

    /// Where a line begins, with nothing but lines before `first` in front of it and not much between the two.
    private func offset(of first: Int) throws(SpoolError) -> Int {
        var (low, high) = (0, file.size)
        while high - low > Self.stretchBytes {
            let middle = low + (high - low) / 2
            guard let start = try lineStart(from: middle, before: high) else {
                high = middle
                continue
            }
            // What says no number stands before anything: it is read over.
            if let number = number(try head(at: start)[...]), number >= first {
                high = middle
            } else {
                low = start
            }
        }
        return low
    }

    /// Where the first line begins after an offset; nil if none does before `end`.
    private func lineStart(from offset: Int, before end: Int) throws(SpoolError) -> Int? {
        var offset = offset
        while offset < end {
            let bytes = try file.read(at: offset, length: min(Self.headBytes, end - offset))
            if let place = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                let start = offset + place + 1
                return start < end ? start : nil
            }
            guard !bytes.isEmpty else { return nil }
            offset += bytes.count
        }
        return nil
    }

    private func head(at offset: Int) throws(SpoolError) -> [UInt8] {
        try file.read(at: offset, length: min(Self.headBytes, file.size - offset))
    }
}
