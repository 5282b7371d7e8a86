/// Splits the bytes of a text into folded tokens and gathers its shape, in one pass.
///
/// Folding lowers the case of Latin, Greek and Cyrillic letters. Malformed UTF-8 (which a cut through a long text
/// leaves at its edges), control characters and direction marks separate words and are otherwise ignored.
struct Tokenizer {
    /// How much of a text is looked at, in bytes: of a longer one the first part and the last.
    static let lookBytes = headBytes + tailBytes
    static let headBytes = 40 * 1024
    static let tailBytes = 24 * 1024
    /// A longer run of letters is cut here: no word is that long, and it bounds a token's length.
    private static let longestWord = 64

    private(set) var tokens: [Token] = []
    /// The folded tokens, each with a space before and after it.
    private(set) var folded: [UInt8] = [0x20]
    private(set) var shape = TextShape()

    private var wordHash = Hashing.start
    private var wordStart = 0
    private var wordKind: Token.Kind?
    private var opening = Token.Opening.paragraph
    private var run = 0
    private var lineBytes = 0
    private var lineHasText = false
    private var lastVisible: UInt8 = 0
    private var beforeLastVisible: UInt8 = 0

    /// Splits a text, or its first `limit` bytes.
    init(_ text: String, limit: Int = Tokenizer.lookBytes) {
        var text = text
        text.withUTF8 { bytes in
            let count = min(bytes.count, limit)
            tokens.reserveCapacity(count / 4 + 8)
            folded.reserveCapacity(count + count / 4 + 16)
            shape.totalBytes = bytes.count
            if bytes.count > limit, limit == Tokenizer.lookBytes {
                scan(UnsafeBufferPointer(rebasing: bytes[..<Tokenizer.headBytes]))
                endLine()
                scan(UnsafeBufferPointer(rebasing: bytes[(bytes.count - Tokenizer.tailBytes)...]))
            } else {
                scan(UnsafeBufferPointer(rebasing: bytes[..<count]))
            }
            endWord()
            endLine()
            shape.bytes = count
            shape.endsWithQuestion = lastVisible == 0x3F
        }
    }

    /// A token as it reads folded.
    func spelling(of token: Token) -> String {
        String(decoding: folded[Int(token.start)..<Int(token.start + token.length)], as: UTF8.self)
    }

    /// Neighbouring tokens as they read folded, ideographs without spaces.
    func spelling(_ range: Range<Int>) -> String {
        var result = ""
        var previous: Token.Kind?
        for token in tokens[range] {
            if let previous, previous != .ideograph || token.kind != .ideograph { result += " " }
            result += spelling(of: token)
            previous = token.kind
        }
        return result
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) {
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte < 0x80 {
                position += 1
                ascii(byte)
                continue
            }
            let (scalar, length) = Self.decode(bytes, at: position)
            if length == 1 {
                separator()
            } else {
                wide(scalar, bytes: UnsafeBufferPointer(rebasing: bytes[position..<position + length]))
            }
            position += length
        }
    }

    private mutating func ascii(_ byte: UInt8) {
        switch byte {
        case 0x61...0x7A:
            letter(byte)
        case 0x41...0x5A:
            shape.upperCase += 1
            letter(byte | 0x20)
        case 0x30...0x39:
            shape.digits += 1
            visible(byte)
            if wordKind != .number {
                endWord()
                begin(.number)
                folded.append(0x30)
                wordHash = Hashing.add(0x30, to: wordHash)
                shape.numbers += 1
            }
        case 0x20, 0x09:
            if lineBytes == 0, byte == 0x09 { shape.indentedLines += 1 }
            if lineBytes == 1, byte == 0x20, !lineHasText { shape.indentedLines += 1 }
            lineBytes += 1
            run = 0
            endWord()
        case 0x0A:
            endWord()
            endLine()
        case 0x0D:
            endWord()
        case ..<0x20, 0x7F:
            shape.controls += 1
            separator()
        default:
            punctuation(byte)
        }
    }

    private mutating func letter(_ folded: UInt8) {
        shape.letters += 1
        visible(folded)
        if wordKind != .word || self.folded.count - wordStart >= Self.longestWord {
            endWord()
            begin(.word)
        }
        self.folded.append(folded)
        wordHash = Hashing.add(folded, to: wordHash)
    }

    private mutating func punctuation(_ byte: UInt8) {
        let insideNumber = wordKind == .number && (byte == 0x2E || byte == 0x2C)
        let previous = lastVisible
        let beforePrevious = beforeLastVisible
        if !insideNumber { endWord() }
        if !lineHasText, byte == 0x2D || byte == 0x2A { shape.listLines += 1 }
        visible(byte)
        switch byte {
        case 0x3F:
            shape.questionMarks += 1
            mark(byte)
            open(.sentence)
        case 0x2E, 0x21:
            if !insideNumber { open(.sentence) }
        case 0x3A:
            mark(byte)
        case 0x22:
            shape.quotes += 1
        case 0x60:
            if previous == 0x60, beforePrevious == 0x60 { shape.fences += 1 }
            shape.codeMarks += 1
        case 0x24:
            shape.dollars += 1
            mark(byte)
        case 0x25:
            shape.percents += 1
            mark(byte)
        case 0x2B, 0x2D, 0x2A, 0x2F, 0x3D, 0x5E:
            if byte == 0x3D { mark(byte) }
            if (0x30...0x39).contains(previous) { shape.operators += 1 }
            if byte == 0x3D || byte == 0x5E { shape.codeMarks += 1 }
        case 0x5F:
            shape.codeMarks += 1
            if previous == 0x5F { shape.blanks += 1 }
        case 0x7B, 0x7D, 0x28, 0x29, 0x5B, 0x5D, 0x3B, 0x3C, 0x3E, 0x5C, 0x7C, 0x26, 0x23, 0x40, 0x7E:
            shape.codeMarks += 1
        default:
            break
        }
    }

    private mutating func wide(_ scalar: UInt32, bytes: UnsafeBufferPointer<UInt8>) {
        switch scalar {
        case 0x3040...0x30FF, 0x3400...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            endWord()
            begin(.ideograph)
            for byte in bytes {
                folded.append(byte)
                wordHash = Hashing.add(byte, to: wordHash)
            }
            shape.ideographs += 1
            if scalar < 0x3100 { shape.kana += 1 }
            run = 0
            lineHasText = true
            lastVisible = 0x61
            endWord()
        case 0xFF1F, 0x61F, 0x37E:
            endWord()
            shape.questionMarks += 1
            lastVisible = 0x3F
            mark(0x3F)
            open(.sentence)
        case 0xFF1A:
            endWord()
            lastVisible = 0x3A
            mark(0x3A)
        case 0x3002, 0xFF01:
            endWord()
            lastVisible = 0x2E
            open(.sentence)
        case 0x201C, 0x201D, 0x201E, 0xAB, 0xBB, 0x300C, 0x300D:
            shape.quotes += 1
            separator()
        case 0x2022, 0x25CF:
            if !lineHasText { shape.listLines += 1 }
            separator()
        case 0xD7:
            if (0x30...0x39).contains(lastVisible) { shape.operators += 1 }
            separator()
        case 0x80...0xBF, 0xF7, 0x2000...0x2BFF, 0x3000...0x303F, 0xFF00...0xFF65, 0xFE00...0xFE0F,
            0xE000...0xF8FF, 0x1F000...:
            separator()
        default:
            wideLetter(scalar, bytes: bytes)
        }
    }

    private mutating func wideLetter(_ scalar: UInt32, bytes: UnsafeBufferPointer<UInt8>) {
        shape.letters += 1
        shape.accentedLetters += 1
        visible(0x61)
        if wordKind != .word || folded.count - wordStart >= Self.longestWord {
            endWord()
            begin(.word)
        }
        let lowered = Self.lower(scalar)
        if lowered != scalar, bytes.count == 2 {
            for byte in [UInt8(0xC0 | lowered >> 6), UInt8(0x80 | lowered & 0x3F)] {
                folded.append(byte)
                wordHash = Hashing.add(byte, to: wordHash)
            }
            return
        }
        for byte in bytes {
            folded.append(byte)
            wordHash = Hashing.add(byte, to: wordHash)
        }
    }

    private mutating func visible(_ byte: UInt8) {
        run += 1
        lineBytes += 1
        lineHasText = true
        beforeLastVisible = lastVisible
        lastVisible = byte
        if run > shape.longestRun { shape.longestRun = run }
    }

    private mutating func separator() {
        endWord()
        run = 0
        lineBytes += 1
    }

    private mutating func open(_ next: Token.Opening) {
        opening = max(opening, next)
    }

    private mutating func begin(_ kind: Token.Kind) {
        wordKind = kind
        wordStart = folded.count
        wordHash = Hashing.start
    }

    private mutating func endWord() {
        guard let kind = wordKind else { return }
        wordKind = nil
        append(kind)
    }

    private mutating func mark(_ byte: UInt8) {
        begin(.mark)
        folded.append(byte)
        wordHash = Hashing.add(byte, to: wordHash)
        wordKind = nil
        append(.mark)
    }

    private mutating func append(_ kind: Token.Kind) {
        tokens.append(
            Token(
                hash: wordHash, start: Int32(wordStart), length: Int32(folded.count - wordStart),
                kind: kind, opening: opening))
        opening = .none
        folded.append(0x20)
    }

    private mutating func endLine() {
        run = 0
        if lineHasText {
            shape.lines += 1
            if lastVisible == 0x3B || lastVisible == 0x7B || lastVisible == 0x7D
                || (lastVisible == 0x3A && beforeLastVisible == 0x29)
            {
                shape.codeLineEnds += 1
            } else if lastVisible == 0x3A {
                shape.colonLineEnds += 1
            }
            if opening != .paragraph { opening = .line }
        } else {
            if opening != .paragraph { shape.paragraphs += 1 }
            opening = .paragraph
        }
        lineBytes = 0
        lineHasText = false
    }

    /// A scalar and its length in bytes; length 1 for a byte that begins no well-formed sequence.
    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> (UInt32, Int) {
        let lead = bytes[position]
        let length: Int
        var scalar: UInt32
        switch lead {
        case 0xC2...0xDF: (length, scalar) = (2, UInt32(lead & 0x1F))
        case 0xE0...0xEF: (length, scalar) = (3, UInt32(lead & 0x0F))
        case 0xF0...0xF4: (length, scalar) = (4, UInt32(lead & 0x07))
        default: return (0, 1)
        }
        guard position + length <= bytes.count else { return (0, 1) }
        for offset in 1..<length {
            let next = bytes[position + offset]
            guard next & 0xC0 == 0x80 else { return (0, 1) }
            scalar = scalar << 6 | UInt32(next & 0x3F)
        }
        return (scalar, length)
    }

    private static func lower(_ scalar: UInt32) -> UInt32 {
        switch scalar {
        case 0xC0...0xDE where scalar != 0xD7: scalar + 0x20
        case 0x391...0x3A9: scalar + 0x20
        case 0x410...0x42F: scalar + 0x20
        case 0x100...0x17F where scalar & 1 == 0 && scalar != 0x130 && scalar != 0x138: scalar + 1
        default: scalar
        }
    }
}
