/// What is wrong with a table, where, and what to do.
struct TableError: Error, CustomStringConvertible {
    let file: String
    let place: TablePlace
    /// The name of the column concerned, if it has one.
    let column: String?
    let problem: String
    let remedy: String

    var description: String {
        let column = column.map { ", column '\(PlainText.singleLine($0, limit: 60))'" } ?? ""
        return "\(file): \(place)\(column): \(problem); \(remedy)"
    }
}

/// Where a row of a table stands.
struct TablePlace: Sendable, Equatable, CustomStringConvertible {
    /// As a spreadsheet counts, from 1: the header and empty rows included.
    let row: Int
    /// The line of the file, 1-based.
    let line: Int

    var description: String { row == line ? "row \(row)" : "row \(row) (line \(line))" }
}
