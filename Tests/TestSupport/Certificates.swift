import Foundation

/// Certificates made by the program `openssl`: an authority's, and those of a server and of a client that it signed.
public struct Certificates: Sendable {
    public let authority: String
    /// For the host names `localhost` and `engine.example`.
    public let server: String
    public let serverKey: String
    public let client: String
    public let clientKey: String

    /// Makes them in `directory`, valid for a day.
    ///
    /// - Throws: ``ChildProcessError`` where there is no `openssl`, `CocoaError` where it fails.
    public init(in directory: String) async throws {
        authority = directory + "/authority.pem"
        server = directory + "/server.pem"
        serverKey = directory + "/server.key"
        client = directory + "/client.pem"
        clientKey = directory + "/client.key"
        let authorityKey = directory + "/authority.key"
        try await Self.make(authority, key: authorityKey, name: "Test authority", [])
        let signed = ["-CA", authority, "-CAkey", authorityKey, "-addext", "basicConstraints=CA:FALSE"]
        try await Self.make(
            server, key: serverKey, name: "localhost",
            signed + ["-addext", "subjectAltName=DNS:localhost,DNS:engine.example"])
        try await Self.make(client, key: clientKey, name: "client", signed)
    }

    private static func make(_ file: String, key: String, name: String, _ further: [String]) async throws {
        let run = try await ProgramRun(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "1",
                "-subj", "/CN=\(name)", "-keyout", key, "-out", file,
            ] + further)
        guard run.status == 0 else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSLocalizedDescriptionKey: run.diagnostics])
        }
    }
}
