/// Which kind or topic a word is of, by the hash of its folded form.
///
/// An open-addressing table: a look-up is one multiplication and usually one load. Words of Chinese and Japanese
/// are entered whole and looked up by the combined hash of their two or three characters.
struct Lexicon: Sendable {
    /// The words by ``WordKind``.
    static let kinds = Lexicon(LexiconWords.byKind.map { ($0.rawValue, $1) })
    /// The words by ``WordTopic``.
    static let topics = Lexicon(TopicWords.byTopic.map { ($0.rawValue, $1) })

    private static let bits = 13
    private let keys: [UInt32]
    private let values: [UInt8]

    private init(_ entries: [(kind: UInt8, words: String)]) {
        var keys = [UInt32](repeating: 0, count: 1 << Self.bits)
        var values = [UInt8](repeating: 0, count: 1 << Self.bits)
        for (kind, words) in entries {
            for word in words.split(whereSeparator: \.isWhitespace) {
                let key = Self.key(of: String(word))
                var slot = Self.slot(key)
                while keys[slot] != 0, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
                if keys[slot] == 0 {
                    keys[slot] = key
                    values[slot] = kind
                }
            }
        }
        self.keys = keys
        self.values = values
    }

    /// The kind's raw value, or 0 for a word the lexicon does not have.
    @inline(__always)
    func kind(of hash: UInt32) -> UInt8 {
        let key = hash | 1
        var slot = Self.slot(key)
        return keys.withUnsafeBufferPointer { keys in
            while keys[slot] != 0 {
                if keys[slot] == key { return values[slot] }
                slot = (slot + 1) & (keys.count - 1)
            }
            return 0
        }
    }

    /// The kind of the word at a position, or of the ideographs from there on: the longest entry wins.
    @inline(__always)
    func kind(of text: Tokenizer, at position: Int, end: Int) -> UInt8 {
        let token = text.tokens[position]
        switch token.kind {
        case .word:
            return kind(of: token.hash)
        case .number, .mark:
            return 0
        case .ideograph:
            guard position + 1 < end else { return kind(of: token.hash) }
            let pair = Hashing.combine(token.hash, text.tokens[position + 1].hash)
            if position + 2 < end {
                let triple = Hashing.combine(pair, text.tokens[position + 2].hash)
                if position + 3 < end {
                    let found = kind(of: Hashing.combine(triple, text.tokens[position + 3].hash))
                    if found != 0 { return found }
                }
                let found = kind(of: triple)
                if found != 0 { return found }
            }
            let found = kind(of: pair)
            return found != 0 ? found : kind(of: token.hash)
        }
    }

    @inline(__always)
    private static func slot(_ key: UInt32) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B1) >> UInt32(32 - bits))
    }

    /// The hash of an entry as the extractor sees it: a token's, or a run of ideographs' combined.
    private static func key(of word: String) -> UInt32 {
        let tokens = Tokenizer(word).tokens
        guard let first = tokens.first else { return 1 }
        return tokens.dropFirst().reduce(first.hash) { Hashing.combine($0, $1.hash) } | 1
    }
}
