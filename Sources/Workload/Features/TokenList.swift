/// The folded tokens of a text, put together byte for byte.
struct TokenList {
    /// A longer run of letters is cut here: no word is that long, and it bounds a token's length.
    private static let longestWord = 64

    private(set) var tokens: [Token] = []
    /// The folded tokens, each with a space before and after it.
    private(set) var folded: [UInt8] = [0x20]
    /// What stands before the next token.
    private(set) var opening = Token.Opening.paragraph

    /// The token that is being put together; nil between tokens.
    private(set) var kind: Token.Kind?
    private var hash = Hashing.start
    private var start = 0
    private var isName = false
    private var isFenceTag = false

    /// Makes room for the tokens of a text.
    mutating func reserve(bytes: Int) {
        tokens.reserveCapacity(bytes / 4 + 8)
        folded.reserveCapacity(bytes + bytes / 4 + 16)
    }

    /// Whether a letter now belongs to the word before it.
    var continuesWord: Bool { kind == .word && folded.count - start < Self.longestWord }

    /// Something stands before the next token; the greatest counts.
    mutating func open(_ next: Token.Opening) { opening = max(opening, next) }

    /// A token begins, and the one before it ends.
    mutating func begin(_ kind: Token.Kind, isName: Bool = false, isFenceTag: Bool = false) {
        end()
        self.kind = kind
        self.isName = isName
        self.isFenceTag = isFenceTag
        start = folded.count
        hash = Hashing.start
    }

    mutating func add(_ byte: UInt8) {
        folded.append(byte)
        hash = Hashing.add(byte, to: hash)
    }

    mutating func end() {
        guard let kind else { return }
        self.kind = nil
        let length = folded.count - start
        tokens.append(
            Token(
                hash: hash, start: Int32(start), length: Int32(length), kind: kind, opening: opening,
                isName: isName && length > 1, isFenceTag: isFenceTag))
        opening = .none
        folded.append(0x20)
    }

    /// A token of one byte.
    mutating func mark(_ byte: UInt8) {
        begin(.mark)
        add(byte)
        end()
    }
}
