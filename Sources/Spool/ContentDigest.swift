/// A 64-bit digest of a prompt's bytes, the same in every process.
///
/// It tells a file that was changed after the claim from the one that was read; it is no defence against somebody
/// who constructs collisions, which would only let them change a file of their own. Eight bytes at a time, mixed
/// by the multiply-and-fold step of wyhash (Wang Yi, https://github.com/wangyi-fudan/wyhash).
public enum ContentDigest {
    private static let multiplier: UInt64 = 0xA076_1D64_78BD_642F
    private static let secondMultiplier: UInt64 = 0xE703_7ED1_A0B4_28DB

    /// The digest of `bytes`.
    public static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = UInt64(bytes.count) ^ multiplier
        var position = 0
        while position + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            state = fold(state ^ word, secondMultiplier)
            position += 8
        }
        var rest: UInt64 = 0
        while position < bytes.count {
            rest = rest << 8 | UInt64(bytes[position])
            position += 1
        }
        return fold(state ^ rest, multiplier)
    }

    private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = (left ^ multiplier).multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
