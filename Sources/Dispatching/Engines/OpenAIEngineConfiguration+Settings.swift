import Engine
import Foundation
import Settings

extension OpenAIEngineConfiguration {
    /// How the configured endpoint is reached.
    ///
    /// - Throws: `SettingsError` for an address that is none, and for a file that cannot be read.
    public init(
        _ settings: EngineSettings, defaultModel: String = "", stallLimit: StallLimit = StallLimit(.zero)
    ) throws(SettingsError) {
        guard let endpoint = EngineEndpoint(settings.endpoint) else {
            throw SettingsError(
                key: "engine.endpoint", origin: "configuration",
                problem:
                    "'\(EngineEndpoint.redacted(settings.endpoint))' is no http:// or https:// address and no unix:/PATH"
            )
        }
        self.init(
            endpoint: endpoint, bearerToken: try Self.token(in: settings.endpointKeyFile),
            headers: settings.endpointHeaders,
            tls: TLSFiles(
                authorities: try Self.readable(settings.endpointCAFile, "engine.endpoint-ca-file"),
                certificate: try Self.readable(
                    settings.endpointCertificateFile, "engine.endpoint-certificate-file"),
                certificateKey: try Self.readable(
                    settings.endpointCertificateKeyFile, "engine.endpoint-certificate-key-file")),
            defaultModel: defaultModel.isEmpty ? nil : defaultModel, slots: settings.slots,
            stallLimit: stallLimit)
    }

    /// The bearer token in a key file; nil where none is named.
    ///
    /// - Throws: ``SettingsError`` if it cannot be read.
    static func token(in file: String) throws(SettingsError) -> String? {
        guard !file.isEmpty else { return nil }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
            throw unreadable(file, "engine.endpoint-key-file")
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard token.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw SettingsError(
                key: "engine.endpoint-key-file", origin: file,
                problem: "has more than one line, or control characters; it holds the token alone")
        }
        return token
    }

    /// Nil for an empty name.
    private static func readable(_ file: String, _ key: String) throws(SettingsError) -> String? {
        guard !file.isEmpty else { return nil }
        guard FileStamp(path: file) != nil, access(file, R_OK) == 0 else { throw unreadable(file, key) }
        return file
    }

    private static func unreadable(_ file: String, _ key: String) -> SettingsError {
        SettingsError(
            key: key, origin: file,
            problem:
                "cannot be read; check that it exists and is readable for the daemon's user (a relative name is "
                + "looked up in $CREDENTIALS_DIRECTORY, which systemd sets for the service only)",
            lacksCredential: !file.hasPrefix("/"))
    }
}
