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

    /// As a table of HTML.
    var html: MarkupElement {
        let titles = columns.map { column in
            MarkupElement("th", Self.attributes(column, nil), text: column.title)
        }
        let rows = rows.map { row in
            MarkupElement(
                "tr", [:],
                zip(columns, row).map { column, cell in
                    MarkupElement("td", Self.attributes(column, cell.style), text: cell.text)
                })
        }
        return MarkupElement(
            "table", [:],
            [MarkupElement("thead", [:], [MarkupElement("tr", [:], titles)])]
                + (rows.isEmpty ? [] : [MarkupElement("tbody", [:], rows)]))
    }

    private static func attributes(
        _ column: Column, _ style: Terminal.Style?
    ) -> KeyValuePairs<String, String> {
        let names = [column.alignment == .right ? "right" : nil, style.map { "\($0)" }].compactMap { $0 }
        return names.isEmpty ? [:] : ["class": names.joined(separator: " ")]
    }
}
