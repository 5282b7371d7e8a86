/// Cheap mixing of feature hashes. Not for untrusted keys in a dictionary: collisions only cost accuracy.
enum Hashing {
    /// The state before the first byte of a token.
    @inline(__always)
    static var start: UInt32 { 0x811C_9DC5 }

    /// Adds a byte (FNV-1a's step).
    @inline(__always)
    static func add(_ byte: UInt8, to hash: UInt32) -> UInt32 {
        (hash ^ UInt32(byte)) &* 0x0100_0193
    }

    /// Combines two hashes so that the order matters.
    @inline(__always)
    static func combine(_ first: UInt32, _ second: UInt32) -> UInt32 {
        let product = (UInt64(first) | 1 << 32) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(second)
        let mixed = (product ^ (product >> 29)) &* 0xBF58_476D_1CE4_E5B9
        return UInt32(truncatingIfNeeded: mixed >> 32)
    }

    /// The row of a feature in a table of `2^bits` rows.
    @inline(__always)
    static func row(_ hash: UInt32, space: FeatureSpace, bits: Int) -> Int {
        let key = (UInt64(space.rawValue) << 32 | UInt64(hash)) &* 0x9E37_79B9_7F4A_7C15
        let mixed = (key ^ (key >> 32)) &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: mixed >> UInt64(64 - bits))
    }

    /// The hash of a whole word, as the tokenizer computes it.
    static func word(_ bytes: some Sequence<UInt8>) -> UInt32 {
        bytes.reduce(start) { add($1, to: $0) }
    }
}
