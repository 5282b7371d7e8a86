/// A Markdown document as far as `docs/` use the language: blocks between empty lines.
struct Markdown {
    enum Block: Equatable {
        case heading(level: Int, String)
        case paragraph(String)
        case code([Substring])
        case list([String])
        case table(header: [String], rows: [[String]])
    }

    let blocks: [Block]

    init(_ text: String) {
        var blocks: [Block] = []
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let line = lines.first {
            if line.isEmpty {
                lines = lines.dropFirst()
            } else if line.hasPrefix("```") {
                let code = lines.dropFirst().prefix { !$0.hasPrefix("```") }
                lines = lines.dropFirst(code.count + 2)
                blocks.append(.code(Array(code)))
            } else {
                let block = lines.prefix { !$0.isEmpty && !$0.hasPrefix("```") }
                lines = lines.dropFirst(block.count)
                blocks.append(Self.block(line, block))
            }
        }
        self.blocks = blocks
    }

    private static func block(_ first: Substring, _ lines: ArraySlice<Substring>) -> Block {
        if first.hasPrefix("#") {
            let level = first.prefix { $0 == "#" }.count
            return .heading(level: level, words(first.dropFirst(level)))
        }
        if first.hasPrefix("- ") { return .list(items(lines)) }
        if first.hasPrefix("|") {
            return .table(header: cells(first), rows: lines.dropFirst(2).map(cells))
        }
        return .paragraph(words(lines.joined(separator: " ")))
    }

    private static func items(_ lines: ArraySlice<Substring>) -> [String] {
        var items: [[Substring]] = []
        for line in lines {
            if line.hasPrefix("- ") { items.append([]) }
            items[items.count - 1].append(line.hasPrefix("- ") ? line.dropFirst(2) : line)
        }
        return items.map { words($0.joined(separator: " ")) }
    }

    private static func cells(_ line: Substring) -> [String] {
        line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map(words)
    }

    /// The words of a text with one space between them, without what a manual page has no word for: emphasis, and
    /// where a link leads.
    private static func words(_ text: some StringProtocol) -> String {
        text.split(separator: " ").joined(separator: " ").replacing("**", with: "")
            .replacing(/\[([^\]]*)\]\([^)]*\)/) { $0.output.1 }
    }
}
