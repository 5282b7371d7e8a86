/// The 64-bit FNV-1a hash (Fowler, Noll, Vo): the same on every run and every machine, unlike Swift's
/// `Hasher`. It tells files apart; it is no protection against somebody who makes two alike on purpose.
struct FNV1a {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ bytes: [UInt8]) {
        for byte in bytes {
            state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
    }

    /// The hash as 16 hexadecimal digits.
    var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
