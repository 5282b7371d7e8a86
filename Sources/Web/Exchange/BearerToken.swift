import Foundation

/// The secret that opens a port.
struct BearerToken: Sendable {
    private static let leastBytes = 16
    private static let mostBytes = 4096

    private let bytes: [UInt8]

    /// Reads it from a file, which may end with a line end.
    ///
    /// - Throws: ``WebFailure`` if the file cannot be read or holds no token.
    init(file: String) throws(WebFailure) {
        guard let content = FileManager.default.contents(atPath: file) else {
            throw WebFailure("the file of the token, \(file), cannot be read; see web.token-file")
        }
        let text = String(decoding: content.prefix(Self.mostBytes), as: UTF8.self)
        bytes = Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
        guard bytes.count >= Self.leastBytes, content.count <= Self.mostBytes,
            bytes.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw WebFailure(
                "\(file) holds no token: one line of \(Self.leastBytes) or more letters, digits and symbols; "
                    + "`openssl rand -hex 32` makes one")
        }
    }

    /// Whether an `Authorization` header has it as a bearer token.
    func isGiven(by header: String) -> Bool {
        Self.credentials(in: header, scheme: "bearer").map { isSame(Array($0.utf8)) } ?? false
    }

    /// Whether an `Authorization` header has it as the password of somebody, whoever that is: a browser asks people for
    /// nothing else.
    func isPassword(in header: String) -> Bool {
        guard let encoded = Self.credentials(in: header, scheme: "basic"),
            let decoded = Data(base64Encoded: String(encoded)),
            let colon = decoded.firstIndex(of: UInt8(ascii: ":"))
        else { return false }
        return isSame(Array(decoded[(colon + 1)...]))
    }

    private static func credentials(in header: String, scheme: String) -> Substring? {
        let parts = header.split(separator: " ", maxSplits: 1)
        return parts.count == 2 && parts[0].lowercased() == scheme ? parts[1] : nil
    }

    /// How long that takes says nothing of the token but its length.
    private func isSame(_ given: [UInt8]) -> Bool {
        var difference: UInt8 = given.count == bytes.count ? 0 : 1
        for (index, byte) in bytes.enumerated() {
            difference |= byte ^ (index < given.count ? given[index] : 0)
        }
        return difference == 0
    }
}
