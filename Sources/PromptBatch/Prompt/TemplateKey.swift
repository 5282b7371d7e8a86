import JSON
import Workload

/// The part of a request that prompts made from one template share, as a stable hash.
///
/// Batches are mostly made by filling a template, so what was learned from one prompt of a template holds for the
/// next. The key is taken from the system turns and from the opening of the last user turn: its first eight words,
/// or fewer where a line, a sentence or a clause that introduces something (`:`) ends. Digits, quoted parts and
/// letter case are folded, since slots are filled there.
struct TemplateKey {
    private static let greatestWordCount = 8
    private static let greatestOpeningLength = 96
    private static let greatestSystemLength = 4096

    /// 16 hexadecimal digits.
    let text: String

    init(request: WorkloadRequest) {
        var hash = StableHash()
        for turn in request.turns where turn.role == .system {
            hash.combine(Self.folded(turn.text.unicodeScalars.prefix(Self.greatestSystemLength)))
            hash.combine(byte: 0xFF)
        }
        if let last = request.turns.last(where: { $0.role == .user }) ?? request.turns.last {
            hash.combine(Self.folded(Self.opening(of: last.text)))
        }
        text = hash.text
    }

    /// The scalars up to the end of the opening.
    static func opening(of text: String) -> Substring.UnicodeScalarView {
        let scalars = text.unicodeScalars.drop { $0.properties.isWhitespace }
        var wordCount = 0
        var length = 0
        var isInWord = false
        var end = scalars.startIndex
        while end != scalars.endIndex, length < greatestOpeningLength {
            let scalar = scalars[end]
            if scalar.properties.isWhitespace {
                if isInWord { wordCount += 1 }
                isInWord = false
                if scalar == "\n" || wordCount == greatestWordCount { break }
            } else {
                isInWord = true
            }
            length += 1
            end = scalars.index(after: end)
            if endsClause(scalar, before: end == scalars.endIndex ? nil : scalars[end]) { break }
        }
        return scalars[..<end]
    }

    private static func endsClause(_ scalar: UnicodeScalar, before next: UnicodeScalar?) -> Bool {
        switch scalar {
        case ":", ".", "?", "!": next?.properties.isWhitespace ?? true
        case "\u{3002}", "\u{FF1A}", "\u{FF1F}", "\u{FF01}": true
        default: false
        }
    }

    /// Lower case, runs of digits as `#`, quoted parts as `"`, runs of white space as one space.
    static func folded(_ scalars: some Sequence<UnicodeScalar>) -> String {
        var folded = ""
        var closingQuote: UnicodeScalar?
        for scalar in scalars {
            if let closing = closingQuote {
                if scalar == closing { closingQuote = nil }
            } else if let closing = quotes[scalar] {
                closingQuote = closing
                folded.append("\"")
            } else if scalar.properties.isWhitespace {
                if folded.last != " " { folded.append(" ") }
            } else if scalar.properties.numericType != nil {
                if folded.last != "#" { folded.append("#") }
            } else {
                folded.append(scalar.properties.lowercaseMapping)
            }
        }
        return folded
    }

    /// Opening quotation marks and what closes them. The apostrophe is none: it is inside words.
    private static let quotes: [UnicodeScalar: UnicodeScalar] = [
        "\"": "\"", "`": "`", "\u{201C}": "\u{201D}", "\u{201E}": "\u{201C}", "\u{AB}": "\u{BB}",
        "\u{300C}": "\u{300D}",
    ]
}
