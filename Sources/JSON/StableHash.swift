/// The 64-bit FNV-1a hash (Fowler, Noll, Vo): the same on every run and every machine, unlike Swift's `Hasher`. It tells
/// texts and files apart; it is no protection against somebody who makes two alike on purpose.
public struct StableHash: Sendable {
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    public init() {}

    public mutating func combine(byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    public mutating func combine(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { combine(byte: byte) }
    }

    public mutating func combine(_ text: String) { combine(text.utf8) }

    /// The hash as 16 hexadecimal digits.
    public var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
