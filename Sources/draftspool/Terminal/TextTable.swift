/// A table in plain text that fits a terminal's width.
struct TextTable: Sendable {
    /// One column.
    struct Column: Sendable {
        var title: String
        var alignment: Alignment = .left
        /// The fewest columns of the terminal it may be cut down to; nil: it is never cut.
        var minimumWidth: Int?
    }

    enum Alignment: Sendable {
        case left, right
    }

    /// A cell and how it looks.
    struct Cell: Sendable, ExpressibleByStringLiteral {
        var text: String
        var style: Terminal.Style?

        init(_ text: String, style: Terminal.Style? = nil) {
            self.text = text
            self.style = style
        }

        init(stringLiteral value: String) {
            self.init(value)
        }
    }

    private static let gap = "  "

    let columns: [Column]
    var rows: [[Cell]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    /// The lines of the table: titles, then rows. The widest columns that may be cut are cut until it fits.
    func lines(for terminal: Terminal) -> [String] {
        let widths = fittedWidths(total: terminal.width)
        let header = line(columns.map { Cell($0.title, style: .bold) }, widths: widths, terminal: terminal)
        return [header] + rows.map { line($0, widths: widths, terminal: terminal) }
    }

    private func fittedWidths(total: Int) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(TextWidth.columns(columns[index].title)) { widest, row in
                max(widest, TextWidth.columns(row[index].text))
            }
        }
        var excess = widths.reduce(0, +) + Self.gap.count * (columns.count - 1) - total
        while excess > 0 {
            let cuttable = widths.indices.filter { index in
                columns[index].minimumWidth.map { widths[index] > $0 } ?? false
            }
            guard let widest = cuttable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [Cell], widths: [Int], terminal: Terminal) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let text = TextWidth.truncated(cell.text, to: widths[index])
            let padding = String(repeating: " ", count: max(0, widths[index] - TextWidth.columns(text)))
            let styled = cell.style.map { terminal.styled(text, $0) } ?? text
            let isLast = index == cells.count - 1
            switch columns[index].alignment {
            case .left: line += styled + (isLast ? "" : padding)
            case .right: line += padding + styled
            }
            if !isLast { line += Self.gap }
        }
        return line
    }
}
