import Markup

/// Tables elsewhere than on a terminal, with their whole texts.
extension TextTable {
    /// As a pipe table of Markdown (GitHub's and others').
    var markdown: [String] {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        let rules = columns.map { $0.alignment == .right ? "--:" : ":--" }
        let rows = rows.map { row in line(row.map { MarkdownText.escaped($0.text, limit: .max) }) }
        return [line(columns.map { MarkdownText.escaped($0.title) }), line(rules)] + rows
    }

    /// As a table of HTML; the cells of columns that a terminal may cut are of class `long`.
    var html: MarkupElement {
        let titles = columns.map { column in
            MarkupElement(
                "th", ["class": Self.classes(column, nil), "scope": "col"], text: column.title)
        }
        let rows = rows.map { row in
            MarkupElement(
                "tr", [:],
                zip(columns, row).map { column, cell in
                    MarkupElement("td", ["class": Self.classes(column, cell.style)], text: cell.text)
                })
        }
        return MarkupElement(
            "table", [:],
            [MarkupElement("thead", [:], [MarkupElement("tr", [:], titles)])]
                + (rows.isEmpty ? [] : [MarkupElement("tbody", [:], rows)]))
    }

    private static func classes(_ column: Column, _ style: Terminal.Style?) -> String {
        ["\(column.alignment)", column.minimumWidth == nil ? nil : "long", style.map { "\($0)" }]
            .compactMap { $0 }.joined(separator: " ")
    }
}
