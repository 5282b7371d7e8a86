import Foundation
import Settings

/// A secret that its receivers know webhooks by: `whsec_` and 24 to 64 bytes in Base64, as Standard Webhooks has it.
struct WebhookSecret: Sendable {
    private static let prefix = "whsec_"
    private static let lengths = 24...64

    private let key: [UInt8]

    /// Nil for anything else.
    init?(_ text: String) {
        guard text.hasPrefix(Self.prefix),
            let key = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
            Self.lengths.contains(key.count)
        else { return nil }
        self.key = [UInt8](key)
    }

    /// The secrets in a file, one a line; several while one takes the place of another. None for an empty name.
    ///
    /// - Throws: ``SettingsError`` if the file cannot be read or has something else in it.
    static func read(_ file: String) throws(SettingsError) -> [WebhookSecret] {
        guard !file.isEmpty else { return [] }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw wrong(file, "cannot be read; check that it exists and is readable for the daemon's user")
        }
        var secrets: [WebhookSecret] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !line.isEmpty else { continue }
            guard let secret = WebhookSecret(line) else {
                throw wrong(file, "line \(index + 1) is not whsec_ and 24 to 64 bytes in Base64")
            }
            secrets.append(secret)
        }
        guard !secrets.isEmpty else {
            throw wrong(file, "is empty; it holds whsec_ and 24 to 64 bytes in Base64")
        }
        return secrets
    }

    private static func wrong(_ file: String, _ problem: String) -> SettingsError {
        SettingsError(key: "hooks.secret-file", origin: file, problem: problem)
    }

    /// One of the values of `webhook-signature`.
    func signature(id: String, timestamp: Int, body: [UInt8]) -> String {
        let code = HMAC.sha256(Array("\(id).\(timestamp).".utf8) + body, key: key)
        return "v1," + Data(code).base64EncodedString()
    }
}
