/// Which kind a word is of, by the hash of its folded form.
///
/// An open-addressing table: a look-up is one multiplication and usually one load. Words of Chinese and Japanese
/// are entered whole and looked up by the combined hash of their two or three characters.
struct Lexicon: Sendable {
    static let shared = Lexicon()

    private static let bits = 12
    private let keys: [UInt32]
    private let kinds: [UInt8]

    private init() {
        var keys = [UInt32](repeating: 0, count: 1 << Self.bits)
        var kinds = [UInt8](repeating: 0, count: 1 << Self.bits)
        for (kind, words) in LexiconWords.byKind {
            for word in words.split(whereSeparator: \.isWhitespace) {
                let key = Self.key(of: String(word))
                var slot = Self.slot(key)
                while keys[slot] != 0, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
                if keys[slot] == 0 {
                    keys[slot] = key
                    kinds[slot] = kind.rawValue
                }
            }
        }
        self.keys = keys
        self.kinds = kinds
    }

    /// The kind's raw value, or 0 for a word the lexicon does not have.
    @inline(__always)
    func kind(of hash: UInt32) -> UInt8 {
        let key = hash | 1
        var slot = Self.slot(key)
        return keys.withUnsafeBufferPointer { keys in
            while keys[slot] != 0 {
                if keys[slot] == key { return kinds[slot] }
                slot = (slot + 1) & (keys.count - 1)
            }
            return 0
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
