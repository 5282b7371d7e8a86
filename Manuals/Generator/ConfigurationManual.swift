/// The manual page of the configuration, from the example that documents every key.
enum ConfigurationManual {
    static func page(of example: String) -> String {
        var page = Mdoc(
            title: "draftspool.yaml", section: 5, name: "draftspool.yaml",
            summary: "configuration of Draftspool")
        page.macro("Sh DESCRIPTION")
        var section = ""
        var description: [Substring] = []
        var listIsOpen = false
        func closeList() {
            if listIsOpen { page.macro("El") }
            listIsOpen = false
        }
        for line in example.split(separator: "\n", omittingEmptySubsequences: false) {
            let content = line.drop { $0 == " " }
            if content.hasPrefix("#") {
                description.append(
                    content.dropFirst().hasPrefix(" ") ? content.dropFirst(2) : content.dropFirst())
            } else if content.isEmpty {
                guard !description.isEmpty else { continue }
                closeList()
                remark(description, in: &page)
                description = []
            } else if let colon = content.firstIndex(of: ":") {
                let key = content[..<colon]
                let value = content[content.index(after: colon)...].drop { $0 == " " }
                if value.isEmpty {
                    closeList()
                    section = "\(key)."
                    page.macro("Ss \(key)")
                    prose(description, in: &page)
                } else {
                    if !line.hasPrefix(" ") { section = "" }
                    if !listIsOpen { page.macro("Bl -tag -width Ds") }
                    listIsOpen = true
                    page.macro("It Cm \(Mdoc.verbatim(section + key)) : Ar \(quoted(value))")
                    prose(description, in: &page)
                }
                description = []
            }
        }
        closeList()
        page.macro("Sh SEE ALSO")
        page.macro("Xr draftspool 1 ,")
        page.macro("Xr draftspool-formats 5 ,")
        page.macro("Xr draftspoold 8")
        return page.text
    }

    /// A comment that belongs to no key: words, and then perhaps a section of the file as an example.
    private static func remark(_ lines: [Substring], in page: inout Mdoc) {
        let example = lines.firstIndex { $0.hasSuffix(":") && !$0.contains(" ") } ?? lines.endIndex
        if example < lines.endIndex { page.macro("Ss \(lines[example].dropLast())") }
        page.paragraphs(lines[..<example].joined(separator: "\n"))
        if example < lines.endIndex { page.literal(Array(lines[example...])) }
    }

    private static func prose(_ lines: [Substring], in page: inout Mdoc) {
        if !lines.isEmpty { page.prose(lines.joined(separator: " ")) }
    }

    /// An argument of a macro, in which quotes are written twice.
    private static func quoted(_ value: Substring) -> String {
        "\"" + Mdoc.verbatim(value).map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
    }
}
