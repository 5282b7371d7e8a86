import JSON
import PromptBatch

/// The first prompts that a template makes of a table, and how many there are.
struct TablePreview: Sendable {
    private static let rowsShown = 3

    let source: String
    private(set) var first: [TablePrompts.Row] = []
    private(set) var count = 0

    /// Reads the whole table, so that a row that makes no prompt is found.
    ///
    /// - Throws: as ``TablePrompts/forEach(in:_:)``.
    init(of source: String, prompts: TablePrompts) throws {
        self.source = source
        var (first, count) = ([TablePrompts.Row](), 0)
        try prompts.forEach(in: source) { row in
            count += 1
            if first.count < Self.rowsShown { first.append(row) }
        }
        (self.first, self.count) = (first, count)
    }

    func lines(for terminal: Terminal) -> [String] {
        let name = source == "-" ? "standard input" : source
        let shown = first.count < count ? "the first \(first.count)" : "all of them"
        var lines = ["\(name): \(FigureText.count(count, "prompt")), nothing dropped; \(shown):"]
        for row in first {
            let id = PlainText.singleLine(row.customID, limit: 200)
            lines += ["", terminal.styled(id, .bold) + "  \(row.place)"]
            lines += PlainText.lines(row.text).map { "  " + $0 }
        }
        return lines
    }

    var json: JSON {
        let rows = first.map { row -> JSON in
            [
                "row": JSON(row.place.row), "custom_id": .string(row.customID), "prompt": .string(row.text),
            ]
        }
        return [
            "file": .string(source), "state": "checked", "prompts": JSON(count), "first": .array(rows),
        ]
    }
}
