import JSON
import Foundation
import PromptBatch
import TestSupport
import Testing

/// `draftspool doctor` on endpoints behind TLS and a proxy: what is found, and which key is named.
@Suite struct EndpointCheckTests {
    private let spool: TemporarySpool

    init() throws {
        spool = try TemporarySpool()
    }

    /// What doctor says of the endpoint.
    private func check(
        _ endpoint: String, _ settings: [String: String] = [:], environment: [String: String] = [:]
    ) async throws -> (verdict: String, text: String) {
        let assignments = settings.merging(["endpoint": endpoint]) { $1 }
            .flatMap { ["--set", "engine.\($0.key)=\($0.value)"] }
        let run = try await ProgramRun(
            draftspool: ["doctor", "--json", "--spool", spool.layout.root] + assignments,
            environment: environment)
        let object = try JSON.parse(Array(run.output.utf8))
        let check = try #require(
            object["checks"]?.arrayValue?.first { $0["check"]?.stringValue == "endpoint" },
            "\(run.output)\(run.diagnostics)")
        let parts = [check["finding"]?.stringValue, check["remedy"]?.stringValue].compactMap(\.self)
        return (check["verdict"]?.stringValue ?? "", parts.joined(separator: "\n"))
    }

    @Test func aProxyOfTheEnvironmentLeadsToTheEndpointAndItsCertificate() async throws {
        let certificates = try await Certificates(in: spool.layout.root)
        let server = ["--certificate", certificates.server, "--key", certificates.serverKey]
        try await HTTPEndpoint.run(arguments: server + ["--client-authority", certificates.authority]) {
            endpoint in
            try await HTTPEndpoint.runProxy(to: endpoint) { proxy in
                let found = try await check(
                    "https://engine.example/v1",
                    [
                        "endpoint-headers": "X-Team=s3cret", "endpoint-ca-file": "authority.pem",
                        "endpoint-certificate-file": "client.pem",
                        "endpoint-certificate-key-file": "client.key",
                    ],
                    environment: [
                        "https_proxy": "http://127.0.0.1:\(proxy.port)",
                        "CREDENTIALS_DIRECTORY": spool.layout.root,
                    ])
                #expect(found.verdict == "ok", "\(found.text)")
                #expect(proxy.asked.first == "CONNECT engine.example:443 HTTP/1.1")
                #expect(endpoint.requests.first?.headers?["x-team"] == "s3cret")
            }
        }
    }

    @Test func aProxyThatRefusesIsNamed() async throws {
        try await HTTPEndpoint.run { endpoint in
            try await HTTPEndpoint.runProxy(to: endpoint, status: "403 Forbidden") { proxy in
                let address = ["https_proxy": "http://127.0.0.1:\(proxy.port)"]
                let refused = try await check("https://engine.example", environment: address)
                #expect(refused.verdict == "fail")
                #expect(refused.text.contains("the proxy refuses to connect to it (HTTP 403)"))
                #expect(refused.text.contains("https_proxy") && refused.text.contains("no_proxy"))
            }
        }
        let gone = try await check(
            "https://engine.example", environment: ["https_proxy": "http://127.0.0.1:1"])
        #expect(gone.text.contains("the proxy cannot be reached"))
    }

    @Test func whatIsOnThisMachineIsReachedWithoutAProxy() async throws {
        try await HTTPEndpoint.run { endpoint in
            let variables = ["http_proxy": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1"]
            let found = try await check("http://127.0.0.1:\(endpoint.port)", environment: variables)
            #expect(found.verdict == "ok", "\(found.text)")
        }
    }

    @Test func aFileThatCannotBeReadIsNamedWithItsKey() async throws {
        for key in ["endpoint-ca-file", "endpoint-key-file"] {
            let found = try await check("https://localhost:1", [key: "/nonexistent/file.pem"])
            #expect(found.verdict == "fail")
            #expect(found.text.contains("engine.\(key)") && found.text.contains("/nonexistent/file.pem"))
        }
    }
}
