import ArgumentParser

/// A text with the names of columns in braces, `Summarise: {abstract}`; doubled braces stand for themselves.
struct PromptTemplate: Sendable, Equatable {
    enum Piece: Sendable, Equatable {
        case text(String)
        case column(String)
    }

    let pieces: [Piece]

    /// - Throws: `ValidationError` where a brace has no partner, a name is empty, or no column is named.
    init(_ template: String) throws {
        var pieces: [Piece] = []
        var text = String.UnicodeScalarView()
        func endText() {
            if !text.isEmpty { pieces.append(.text(String(text))) }
            text.removeAll()
        }
        var rest = Array(template.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            guard scalar == "{" || scalar == "}" else {
                text.append(scalar)
                continue
            }
            if rest.first == scalar {
                rest.removeFirst()
                text.append(scalar)
                continue
            }
            let name = rest.prefix { $0 != "{" && $0 != "}" }
            rest = rest.dropFirst(name.count)
            guard scalar == "{", rest.popFirst() == "}" else {
                throw ValidationError(
                    "The template has a '\(scalar)' without its partner. Name columns as {column}; "
                        + "write {{ and }} for braces.")
            }
            guard !name.isEmpty else {
                throw ValidationError("The template has {} without a name. Write {{}} for braces.")
            }
            endText()
            pieces.append(.column(String(String.UnicodeScalarView(name))))
        }
        endText()
        guard pieces.contains(where: { if case .column = $0 { true } else { false } }) else {
            throw ValidationError(
                "The template names no column, so all prompts would be the same. Name one as {column}.")
        }
        self.pieces = pieces
    }

    /// The prompt. What a cell holds is text, whatever braces are in it.
    ///
    /// - Throws: what `cell` throws.
    func filled(_ cell: (_ column: String) throws -> String) rethrows -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let words): text += words
            case .column(let name): text += try cell(name)
            }
        }
        return text
    }
}
