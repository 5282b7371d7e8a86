extension Tokenizer {
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
}
