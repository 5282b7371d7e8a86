/// What a scalar beyond ASCII is to the tokenizer.
enum ScalarKind {
    case letter
    /// A Chinese character or a Korean syllable.
    case ideograph
    case kana
    case question
    case colon
    case sentenceEnd
    case quote
    case bullet
    case times
    /// Punctuation, symbols, marks of direction, spaces.
    case separator

    init(_ scalar: UInt32) {
        self =
            switch scalar {
            case 0x3040...0x30FF: .kana
            case 0x3400...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0x20000...0x3FFFF: .ideograph
            case 0xFF1F, 0x61F, 0x37E: .question
            case 0xFF1A: .colon
            case 0x3002, 0xFF01: .sentenceEnd
            case 0x201C, 0x201D, 0x201E, 0xAB, 0xBB, 0x300C, 0x300D: .quote
            case 0x2022, 0x25CF: .bullet
            case 0xD7: .times
            case 0x80...0xBF, 0xF7, 0x2000...0x2BFF, 0x3000...0x303F, 0xFF00...0xFF65, 0xFE00...0xFE0F,
                0xE000...0xF8FF, 0x1F000...:
                .separator
            default: .letter
            }
    }
}
