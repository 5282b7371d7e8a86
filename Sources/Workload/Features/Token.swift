/// One word, number, mark or CJK character of a text.
struct Token {
    enum Kind: UInt8 {
        case word
        case number
        case mark
        /// One Chinese, Japanese or Korean character: these scripts put no spaces between words.
        case ideograph
    }

    /// What stands between the token and the one before it.
    enum Opening: UInt8, Comparable {
        case none
        case sentence
        case line
        case paragraph

        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Hash of the folded token; all numbers share one.
    var hash: UInt32
    /// Where the folded token begins in the tokenizer's folded bytes.
    var start: Int32
    /// Its length there, in bytes.
    var length: Int32
    var kind: Kind
    var opening: Opening
    /// A word of several letters that begins with a capital although no sentence begins with it.
    var isName: Bool
    /// The language named by a code fence.
    var isFenceTag: Bool
}
