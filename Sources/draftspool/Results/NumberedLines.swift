import Spool

/// The lines of a file by their numbers, in any order: the file is read once, as far as it is asked for, and eight bytes
/// a line are remembered.
final class NumberedLines {
    private let file: InputFile
    private let limit: Int
    private var reader: LineReader
    /// Where each line begins that was passed, and the one after them, bytes.
    private var starts = [0]

    /// - Parameter limit: a longer line is none, bytes.
    init(of file: InputFile, limit: Int) {
        self.file = file
        self.limit = limit
        reader = file.lines(limit: limit)
    }

    /// The bytes of a line without its line feed.
    ///
    /// - Parameter number: 1-based.
    /// - Returns: Nil if the file has no such line or it is too long.
    /// - Throws: `SpoolError` if the file cannot be read.
    func line(_ number: Int) throws(SpoolError) -> [UInt8]? {
        guard number > 0 else { return nil }
        while starts.count <= number {
            guard let (line, place) = try reader.next() else { return nil }
            starts.append(place.end)
            guard starts.count > number else { continue }
            guard case .bytes(let bytes) = line else { return nil }
            return Array(bytes)
        }
        let (start, end) = (starts[number - 1], starts[number])
        guard end - start <= limit + 1 else { return nil }
        var bytes = try file.read(at: start, length: end - start)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return bytes.count <= limit ? bytes : nil
    }
}
