/// One row of a table in comma-separated values (RFC 4180).
public struct CSVRow: Hashable, Sendable {
    /// The row as a spreadsheet counts it: from 1, the header and empty rows included.
    public let number: Int
    /// The line of the text that it begins in, 1-based. A quoted field may go over several.
    public let line: Int
    public let fields: [String]

    public init(number: Int, line: Int, fields: [String]) {
        self.number = number
        self.line = line
        self.fields = fields
    }
}
