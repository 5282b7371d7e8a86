/// Splits the bytes of a text into folded tokens and gathers its shape, in one pass.
///
/// Folding lowers the case of Latin, Greek and Cyrillic letters. Malformed UTF-8 (which a cut through a long text
/// leaves at its edges), control characters and direction marks separate words and are otherwise ignored.
struct Tokenizer {
    /// How much of a text is looked at, in bytes: of a longer one the first part and the last.
    static let lookBytes = headBytes + tailBytes
    static let headBytes = 40 * 1024
    static let tailBytes = 24 * 1024

    private var list = TokenList()
    private(set) var shape = TextShape()
    /// The length of the run that opened the line's code fence, and the tokens before it.
    private var fence: (run: Int, tokens: Int)?
    /// Characters since the last space.
    private var run = 0
    private var lineBytes = 0
    private var lineHasText = false
    private var lastVisible: UInt8 = 0
    private var beforeLastVisible: UInt8 = 0

    var tokens: [Token] { list.tokens }
    /// The folded tokens, each with a space before and after it.
    var folded: [UInt8] { list.folded }

    /// Splits a text, or its first `limit` bytes.
    init(_ text: String, limit: Int = Tokenizer.lookBytes) {
        var text = text
        text.withUTF8 { bytes in
            let count = min(bytes.count, limit)
            list.reserve(bytes: count)
            shape.totalBytes = bytes.count
            if bytes.count > limit, limit == Tokenizer.lookBytes {
                scan(UnsafeBufferPointer(rebasing: bytes[..<Tokenizer.headBytes]))
                endLine()
                scan(UnsafeBufferPointer(rebasing: bytes[(bytes.count - Tokenizer.tailBytes)...]))
            } else {
                scan(UnsafeBufferPointer(rebasing: bytes[..<count]))
            }
            list.end()
            endLine()
            shape.bytes = count
            shape.endsWithQuestion = lastVisible == 0x3F
        }
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
            let (scalar, length) = Folding.decode(bytes, at: position)
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
            letter(byte | 0x20, isCapital: true)
        case 0x30...0x39:
            shape.digits += 1
            visible(byte)
            if list.kind != .number {
                list.begin(.number)
                list.add(0x30)
                shape.numbers += 1
            }
        case 0x20, 0x09:
            if lineBytes == 0, byte == 0x09 { shape.indentedLines += 1 }
            if lineBytes == 1, byte == 0x20, !lineHasText { shape.indentedLines += 1 }
            lineBytes += 1
            run = 0
            list.end()
        case 0x0A:
            list.end()
            endLine()
        case 0x0D:
            list.end()
        case ..<0x20, 0x7F:
            shape.controls += 1
            separator()
        default:
            punctuation(byte)
        }
    }

    private mutating func letter(_ folded: UInt8, isCapital: Bool = false) {
        shape.letters += 1
        visible(folded)
        if !list.continuesWord {
            list.end()
            let beginsSpeech = beforeLastVisible == 0x3A || beforeLastVisible == 0x22
            list.begin(
                .word, isName: isCapital && list.opening == .none && !beginsSpeech,
                isFenceTag: fence.map { $0.run + 1 == run && $0.tokens == list.tokens.count } ?? false)
        }
        list.add(folded)
    }

    private mutating func punctuation(_ byte: UInt8) {
        let insideNumber = list.kind == .number && (byte == 0x2E || byte == 0x2C)
        let previous = lastVisible
        let beforePrevious = beforeLastVisible
        if !insideNumber { list.end() }
        if !lineHasText, byte == 0x2D || byte == 0x2A { shape.listLines += 1 }
        visible(byte)
        switch byte {
        case 0x3F:
            shape.questionMarks += 1
            list.mark(byte)
            list.open(.sentence)
        case 0x2E, 0x21:
            if !insideNumber { list.open(.sentence) }
        case 0x3A: list.mark(byte)
        case 0x22:
            shape.quotes += 1
        case 0x60:
            if previous == 0x60, beforePrevious == 0x60 {
                shape.fences += 1
                fence = (run, list.tokens.count)
            }
            shape.codeMarks += 1
        case 0x24:
            shape.dollars += 1
            list.mark(byte)
        case 0x25:
            shape.percents += 1
            list.mark(byte)
        case 0x2B, 0x2D, 0x2A, 0x2F, 0x3D, 0x5E:
            if byte == 0x3D { list.mark(byte) }
            if (0x30...0x39).contains(previous) { shape.operators += 1 }
            if byte == 0x3D || byte == 0x5E { shape.codeMarks += 1 }
        case 0x5F:
            shape.codeMarks += 1
            if previous == 0x5F { shape.blanks += 1 }
        case 0x7B, 0x7D, 0x28, 0x29, 0x5B, 0x5D, 0x3B, 0x3C, 0x3E, 0x5C, 0x7C, 0x26, 0x23, 0x40, 0x7E:
            shape.codeMarks += 1
        default: break
        }
    }

    private mutating func wide(_ scalar: UInt32, bytes: UnsafeBufferPointer<UInt8>) {
        switch ScalarKind(scalar) {
        case .letter:
            wideLetter(scalar, bytes: bytes)
        case .ideograph:
            ideograph(bytes)
        case .kana:
            shape.kana += 1
            ideograph(bytes)
        case .question:
            shape.questionMarks += 1
            lastVisible = 0x3F
            list.mark(0x3F)
            list.open(.sentence)
        case .colon:
            lastVisible = 0x3A
            list.mark(0x3A)
        case .sentenceEnd:
            list.end()
            lastVisible = 0x2E
            list.open(.sentence)
        case .quote:
            shape.quotes += 1
            separator()
        case .bullet:
            if !lineHasText { shape.listLines += 1 }
            separator()
        case .times:
            if (0x30...0x39).contains(lastVisible) { shape.operators += 1 }
            separator()
        case .separator:
            separator()
        }
    }

    private mutating func ideograph(_ bytes: UnsafeBufferPointer<UInt8>) {
        list.begin(.ideograph)
        for byte in bytes { list.add(byte) }
        list.end()
        shape.ideographs += 1
        run = 0
        lineHasText = true
        lastVisible = 0x61
    }

    private mutating func wideLetter(_ scalar: UInt32, bytes: UnsafeBufferPointer<UInt8>) {
        shape.letters += 1
        shape.accentedLetters += 1
        visible(0x61)
        if !list.continuesWord { list.begin(.word) }
        let lowered = Folding.lower(scalar)
        if lowered != scalar, bytes.count == 2 {
            list.add(UInt8(0xC0 | lowered >> 6))
            list.add(UInt8(0x80 | lowered & 0x3F))
        } else {
            for byte in bytes { list.add(byte) }
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
        list.end()
        run = 0
        lineBytes += 1
    }

    private mutating func endLine() {
        run = 0
        fence = nil
        if lineHasText {
            shape.lines += 1
            if lastVisible == 0x3B || lastVisible == 0x7B || lastVisible == 0x7D
                || (lastVisible == 0x3A && beforeLastVisible == 0x29)
            {
                shape.codeLineEnds += 1
            } else if lastVisible == 0x3A {
                shape.colonLineEnds += 1
            }
            list.open(.line)
        } else {
            if list.opening != .paragraph { shape.paragraphs += 1 }
            list.open(.paragraph)
        }
        lineBytes = 0
        lineHasText = false
    }
}
