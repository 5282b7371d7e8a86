/// Why a text is not acceptable JSON, and where.
public struct JSONParseError: Error, Hashable, Sendable {
    /// The kinds of failure a caller may want to tell apart.
    public enum Kind: Hashable, Sendable {
        case syntax, endOfInput, invalidUTF8, duplicateKey, tooDeep
    }

    public var kind: Kind
    /// Where the failure was noticed: bytes from the start of the text, 0-based.
    public var offset: Int
    /// What is wrong, in words, without the place.
    public var message: String

    public init(kind: Kind, offset: Int, message: String) {
        self.kind = kind
        self.offset = offset
        self.message = message
    }
}

extension JSONParseError: CustomStringConvertible {
    public var description: String { "\(message), at byte \(offset + 1)" }
}
