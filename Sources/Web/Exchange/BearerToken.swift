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

    /// Whether an `Authorization` header has it. How long that takes says nothing of it but its length.
    func isGiven(by header: String) -> Bool {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
        let given = Array(parts[1].utf8)
        var difference: UInt8 = given.count == bytes.count ? 0 : 1
        for (index, byte) in bytes.enumerated() {
            difference |= byte ^ (index < given.count ? given[index] : 0)
        }
        return difference == 0
    }
}
