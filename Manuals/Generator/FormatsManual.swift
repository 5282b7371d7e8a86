/// The manual page of the files in and out, from the document about them.
enum FormatsManual {
    static func page(of document: String) -> String {
        var page = Mdoc(
            title: "draftspool-formats", section: 5, name: "draftspool-formats",
            summary: "files that Draftspool reads and writes")
        page.macro("Sh DESCRIPTION")
        var beginsSection = true
        for block in Markdown(document).blocks {
            if case .heading(let level, let text) = block {
                if level == 2 { page.macro("Sh \(Mdoc.heading(text.uppercased()))") }
                if level > 2 { page.macro("Ss \(Mdoc.heading(text))") }
                beginsSection = true
                continue
            }
            write(block, beginsSection: beginsSection, to: &page)
            beginsSection = false
        }
        page.macro("Sh SEE ALSO")
        page.macro("Xr draftspool 1 ,")
        page.macro("Xr draftspool.yaml 5 ,")
        page.macro("Xr draftspoold 8")
        return page.text
    }

    private static func write(_ block: Markdown.Block, beginsSection: Bool, to page: inout Mdoc) {
        switch block {
        case .heading: break
        case .paragraph(let text):
            if !beginsSection { page.macro("Pp") }
            page.prose(text)
        case .code(let lines): page.literal(lines)
        case .list(let items):
            page.macro("Bl -bullet")
            for item in items {
                page.macro("It")
                page.prose(item)
            }
            page.macro("El")
        case .table(let header, let rows): table(header, rows, to: &page)
        }
    }

    /// A list by the first column. Where more than one follows, each says what it is.
    private static func table(_ header: [String], _ rows: [[String]], to page: inout Mdoc) {
        page.macro("Bl -tag -width Ds")
        for row in rows {
            page.macro("It \(Mdoc.heading(row[0]))")
            for (title, cell) in zip(header, row).dropFirst() where !cell.isEmpty {
                page.prose(header.count > 2 ? "\(capitalized(title)): \(cell)." : cell)
            }
        }
        page.macro("El")
    }

    private static func capitalized(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }
}
