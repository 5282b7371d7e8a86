import JSON

/// One row of a table: what its columns hold, as text.
struct TableRow: Sendable {
    enum Cells: Sendable {
        /// As many fields as the header has names.
        case fields([String], header: TableHeader)
        /// A JSON object, whose members are the columns.
        case object(JSONObject)
    }

    /// The file, for what is said of the row.
    let file: String
    let place: TablePlace
    let cells: Cells

    /// What `column` holds; nil if the row has no such column. JSON's `null` counts as absent, its numbers are what
    /// was written, its arrays and objects their compact text.
    ///
    /// - Throws: ``TableError`` if several columns have that name.
    func text(of column: String) throws(TableError) -> String? {
        switch cells {
        case .fields(let fields, let header):
            switch header.places(of: column) {
            case let places where places.count > 1:
                throw TableError(
                    file: file, place: header.place, column: column,
                    problem: "\(places.count) columns have this name", remedy: "rename all but one")
            case let places: return places.first.map { fields[$0] }
            }
        case .object(let object):
            guard let value = object[column], !value.isNull else { return nil }
            return value.stringValue ?? value.text
        }
    }

    /// What `column` holds.
    ///
    /// - Throws: ``TableError`` if it is missing.
    func cell(_ column: String) throws(TableError) -> String {
        if let text = try text(of: column) { return text }
        let (names, origin) =
            switch cells {
            case .fields(_, let header): (header.names, header.place)
            case .object(let object): (object.keys, place)
            }
        let shown = names.prefix(20).map { "'\(PlainText.singleLine($0, limit: 60))'" }
        throw TableError(
            file: file, place: origin, column: column, problem: "there is no such column",
            remedy: "there are: " + shown.joined(separator: ", ") + (names.count > 20 ? ", …" : ""))
    }
}

/// The first row of a table in comma-separated values: the names of its columns.
struct TableHeader: Sendable {
    let names: [String]
    let place: TablePlace
    private let index: [ExactText: [Int]]

    init(names: [String], place: TablePlace) {
        self.names = names
        self.place = place
        index = Dictionary(grouping: names.indices) { ExactText(names[$0]) }
    }

    /// Which fields of a row belong to the columns of this name.
    func places(of column: String) -> [Int] { index[ExactText(column)] ?? [] }
}
