/// A text that equals another only where both have the same bytes: a key for ids and names.
///
/// Swift's `String` takes canonically equivalent texts for equal ("é" in one scalar and in two). JSON, the ledger and
/// those who read our files do not.
public struct ExactText: Hashable, Sendable {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public static func == (left: ExactText, right: ExactText) -> Bool {
        left.text.hasSameBytes(as: right.text)
    }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension String {
    /// Whether both texts are the same UTF-8, which `==` does not ask.
    public func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        var other = other
        return other.withUTF8 { hasBytes($0) }
    }

    /// Whether the text's UTF-8 is `other`; eight bytes at a time, which is no slower than `==`.
    func hasBytes(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard utf8.count == other.count else { return false }
        let isSame = utf8.withContiguousStorageIfAvailable { own in
            guard let left = UnsafeRawPointer(own.baseAddress),
                let right = UnsafeRawPointer(other.baseAddress)
            else { return true }
            var offset = 0
            while offset + 8 <= other.count {
                guard
                    left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                        == right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                else { return false }
                offset += 8
            }
            return own[offset...].elementsEqual(other[offset...])
        }
        return isSame ?? utf8.elementsEqual(other)
    }
}
