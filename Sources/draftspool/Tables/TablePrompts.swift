import JSON
import PromptBatch

/// What a template makes of a table: a prompt a row, with the row's id.
struct TablePrompts: Sendable {
    /// One prompt.
    struct Row: Sendable, Equatable {
        let place: TablePlace
        let customID: String
        let text: String
        let prompt: Prompt
        /// The prompt as a line of a batch, without line end.
        let line: [UInt8]
    }

    /// Columns that name a row where none is said to, by precedence.
    static let idColumns = ["custom_id", "id"]

    let template: PromptTemplate
    /// The column that names the rows; empty: rows are named for their number; nil: one of ``idColumns``, or else their
    /// number.
    let idColumn: String?
    /// The size limit of the configuration.
    let maximumLineBytes: Int

    /// Hands the prompt of every row to `body`, in order.
    ///
    /// - Parameter source: a path, or `-` for standard input.
    /// - Throws: ``TableError`` at the first row that makes no prompt, ``ToolError`` if there is no table; what `body`
    ///   throws.
    func forEach(in source: String, _ body: (Row) throws -> Void) throws {
        let parser = PromptParser(limits: .init(maximumLineBytes: maximumLineBytes))
        var firstPlaces: [ExactText: TablePlace] = [:]
        try TableReader(source: source, maximumRowBytes: maximumLineBytes).forEachRow { row in
            let (id, column) = try name(of: row)
            let text = try template.filled(row.cell)
            let line = (["id": .string(id), "prompt": .string(text)] as JSON).serialized()
            let prompt: Prompt
            do throws(PromptProblem) {
                prompt = try parser.parseLine(line, line: row.place.row)
            } catch {
                throw TableError(
                    file: row.file, place: row.place, column: error.field == "id" ? column : nil,
                    problem: "it makes no prompt: \(error.message)", remedy: error.remedy)
            }
            if let first = firstPlaces.updateValue(row.place, forKey: ExactText(id)) {
                throw TableError(
                    file: row.file, place: row.place, column: column,
                    problem: "the id '\(PlainText.singleLine(id, limit: 60))' is already that of \(first)",
                    remedy:
                        "give every row its own, or name another column by --id-column; --id-column \"\" names rows row-N"
                )
            }
            try body(Row(place: row.place, customID: id, text: text, prompt: prompt, line: line))
        }
    }

    /// The row's id, and the column that has it.
    private func name(of row: TableRow) throws(TableError) -> (id: String, column: String?) {
        if let idColumn, !idColumn.isEmpty { return (try row.cell(idColumn), idColumn) }
        for column in Self.idColumns where idColumn == nil {
            if let id = try row.text(of: column) { return (id, column) }
        }
        return ("row-\(row.place.row)", nil)
    }
}
