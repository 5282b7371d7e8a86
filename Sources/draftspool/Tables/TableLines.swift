/// Cuts what is read piece by piece into lines.
struct TableLines {
    /// A longer line is an error, bytes.
    let limit: Int
    /// The file, for what is said of a line.
    let file: String
    private var line: [UInt8] = []
    private var number = 1

    init(limit: Int, file: String) {
        self.limit = limit
        self.file = file
    }

    /// Reads on.
    ///
    /// - Parameter body: is given each line that is complete, without its line feed.
    /// - Throws: ``TableError`` if a line is too long; what `body` throws.
    mutating func feed(_ bytes: [UInt8], _ body: ([UInt8], TablePlace) throws -> Void) throws {
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line.append(contentsOf: rest[..<end])
            try endLine(body)
            rest = rest[(end + 1)...]
        }
        line.append(contentsOf: rest)
        try checkLength()
    }

    /// Ends the file, with a last line that no line feed follows.
    mutating func finish(_ body: ([UInt8], TablePlace) throws -> Void) throws {
        if !line.isEmpty { try endLine(body) }
    }

    private mutating func endLine(_ body: ([UInt8], TablePlace) throws -> Void) throws {
        try checkLength()
        try body(line, place)
        line.removeAll(keepingCapacity: true)
        number += 1
    }

    private var place: TablePlace { TablePlace(row: number, line: number) }

    private func checkLength() throws(TableError) {
        guard line.count <= limit else {
            throw TableError(
                file: file, place: place, column: nil, problem: "the row has more than \(limit) bytes",
                remedy: "shorten it, or raise the size limit in the configuration")
        }
    }
}
