/// The 64-bit FNV-1a hash: not for secrets, but the same in every process, which Swift's `Hasher` is not.
public struct FNVHash: Sendable {
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    public init() {}

    public mutating func combine(byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    public mutating func combine(_ text: String) {
        for byte in text.utf8 { combine(byte: byte) }
    }
}
