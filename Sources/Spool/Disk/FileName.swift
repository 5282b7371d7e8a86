import SystemPackage

/// A name in a directory as the kernel has it: any bytes but `/` and NUL, not necessarily text.
public struct FileName: Sendable, Hashable {
    /// Without the terminating NUL.
    public let bytes: [UInt8]

    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The name as text that is safe in paths, logs and terminals: control characters, and bytes that are not
    /// UTF-8, are written as `%` and two hexadecimal digits. A name that is fine stays as it is.
    public var text: String {
        if let whole = String(validating: bytes, as: UTF8.self), whole.unicodeScalars.allSatisfy(Self.isPlain)
        {
            return whole
        }
        var text = ""
        var rest = bytes[...]
        while let first = rest.first {
            let length = (1...4).first { length in
                length <= rest.count && String(validating: rest.prefix(length), as: UTF8.self) != nil
            }
            if let length, let character = String(validating: rest.prefix(length), as: UTF8.self),
                character.unicodeScalars.allSatisfy(Self.isPlain)
            {
                text += character
                rest = rest.dropFirst(length)
            } else {
                text += Self.escaped(first)
                rest = rest.dropFirst()
            }
        }
        return SpoolLayout.shortened(text, toBytes: SpoolLayout.maximumNameBytes)
    }

    /// The path of the name in `directory`, for system calls.
    public func path(in directory: String) -> FilePath {
        let bytes = Array(directory.utf8) + [UInt8(ascii: "/")] + bytes + [0]
        return FilePath(platformString: bytes.map { CChar(bitPattern: $0) })
    }

    private static func isPlain(_ scalar: UnicodeScalar) -> Bool {
        scalar.properties.generalCategory != .control && scalar.value != 0x2028 && scalar.value != 0x2029
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.count == 1 ? "0" : "") + digits
    }
}
