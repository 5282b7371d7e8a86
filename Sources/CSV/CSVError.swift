/// Why a text is not comma-separated values, and where.
public struct CSVError: Error, Hashable, Sendable {
    /// The row as a spreadsheet counts it; see ``CSVRow/number``.
    public let row: Int
    /// The line of the text, 1-based.
    public let line: Int
    /// Which field of the row, 1-based.
    public let field: Int
    /// What is wrong, in words, without the place.
    public let problem: String
    /// What to do about it.
    public let remedy: String

    public init(row: Int, line: Int, field: Int, problem: String, remedy: String) {
        self.row = row
        self.line = line
        self.field = field
        self.problem = problem
        self.remedy = remedy
    }
}

extension CSVError: CustomStringConvertible {
    public var description: String { "row \(row) (line \(line)), field \(field): \(problem); \(remedy)" }
}
