import CSV

/// A table read whole is the table read in pieces, and what is accepted is written and reads back as it was.
@Sendable func fuzzCSV(_ bytes: UnsafeRawBufferPointer) {
    let text = Array(bytes)
    guard let rows = try? read([text]) else { return }
    let middle = text.count / 2
    let pieces = [Array(text[..<middle]), Array(text[middle...])]
    require((try? fields(pieces)) == rows.map(\.fields), "pieces make the same rows")
    require((try? fields([rows.flatMap { CSVText.row($0.fields) }])) == rows.map(\.fields), "rows read back")
}

private func fields(_ pieces: [[UInt8]]) throws -> [[String]] { try read(pieces).map(\.fields) }

private func read(_ pieces: [[UInt8]]) throws -> [CSVRow] {
    var parser = CSVParser()
    var rows: [CSVRow] = []
    for piece in pieces { try parser.feed(piece) { rows.append($0) } }
    try parser.finish { rows.append($0) }
    return rows
}
