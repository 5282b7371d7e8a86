import TestSupport
import Testing

@testable import Engine

@Suite("TLS")
struct TLSTests {
    private static let request = GenerationRequest(path: "/v1/completions", body: Array("{}".utf8))

    private func generate(
        _ address: String, tls: TLSFiles = TLSFiles(), headers: [String: String] = [:]
    ) async throws -> Result<GenerationResponse, EngineError> {
        let configuration = OpenAIEngineConfiguration(endpoint: .url(address), headers: headers, tls: tls)
        return try await OpenAIEngine.run(configuration) { engine in
            do throws(EngineError) { return .success(try await engine.generate(Self.request)) } catch {
                return .failure(error)
            }
        }
    }

    /// What is wrong with the route to `address`, and what to do about it.
    private func problem(
        _ address: String, tls: TLSFiles = TLSFiles(), sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> (reason: String, remedy: String) {
        switch try await generate(address, tls: tls) {
        case .failure(.routeFailed(let reason, let remedy)): return (reason, remedy)
        case let other:
            Issue.record("\(other)", sourceLocation: sourceLocation)
            return ("", "")
        }
    }

    /// Runs a server that demands a client certificate where `demandsOne` says so.
    private func withServer(
        demandsOne: Bool = false, _ body: (HTTPEndpoint, Certificates, String) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let certificates = try await Certificates(in: directory)
            let client = demandsOne ? ["--client-authority", certificates.authority] : []
            try await HTTPEndpoint.run(
                arguments: ["--certificate", certificates.server, "--key", certificates.serverKey] + client
            ) { try await body($0, certificates, directory) }
        }
    }

    @Test("a certificate of the configured authority is trusted; the server sees the configured headers")
    func trusted() async throws {
        try await withServer { server, certificates, _ in
            let response = try await generate(
                "https://localhost:\(server.port)/v1", tls: TLSFiles(authorities: certificates.authority),
                headers: ["X-Team": "batch", "x-key": "a:b, c"]
            ).get()
            #expect(response.answerText == "hi")
            #expect(response.requestID == "r1")
            let request = try #require(server.requests.first)
            #expect(request.line == "POST /v1/completions HTTP/1.1")
            #expect(
                request.headers == [
                    "host": "localhost:\(server.port)", "accept": "application/json, */*", "x-team": "batch",
                    "x-key": "a:b, c", "content-type": "application/json", "content-length": "2",
                ])
        }
    }

    @Test("an unknown authority, another host's name")
    func untrusted() async throws {
        try await withServer { server, certificates, _ in
            let unknown = try await problem("https://localhost:\(server.port)")
            #expect(unknown.reason.contains("not trusted"))
            #expect(unknown.remedy.contains("engine.endpoint-ca-file"))
            let misnamed = try await problem(
                "https://127.0.0.1:\(server.port)", tls: TLSFiles(authorities: certificates.authority))
            #expect(misnamed.reason.contains("127.0.0.1"))
            #expect(misnamed.remedy.hasPrefix("set engine.endpoint to a host name"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test("a client certificate that is demanded")
    func clientCertificate() async throws {
        try await withServer(demandsOne: true) { server, certificates, _ in
            let address = "https://localhost:\(server.port)"
            var tls = TLSFiles(authorities: certificates.authority)
            let missing = try await problem(address, tls: tls)
            #expect(missing.reason.contains("client certificate"))
            #expect(missing.remedy.contains("engine.endpoint-certificate-file"))
            #expect(missing.remedy.contains("engine.endpoint-certificate-key-file"))
            tls.certificate = certificates.client
            tls.certificateKey = certificates.clientKey
            #expect(try await generate(address, tls: tls).get().answerText == "hi")
            tls.certificateKey = certificates.serverKey
            let unpaired = try await problem(address, tls: tls)
            #expect(unpaired.remedy.contains("engine.endpoint-certificate-key-file"))
        }
    }

    @Test("files that are no certificates")
    func damagedFiles() async throws {
        try await withServer { server, certificates, directory in
            let garbage = try writeScript("no certificate", in: directory)
            let address = "https://localhost:\(server.port)"
            let authorities = try await problem(address, tls: TLSFiles(authorities: garbage))
            #expect(authorities.remedy.contains("engine.endpoint-ca-file"))
            let client = TLSFiles(
                authorities: certificates.authority, certificate: garbage, certificateKey: garbage)
            #expect(
                try await problem(address, tls: client).remedy.contains("engine.endpoint-certificate-file"))
        }
    }

    @Test("a server without TLS, one with TLS that is asked without")
    func wrongScheme() async throws {
        try await HTTPEndpoint.run { server in
            let problem = try await problem("https://localhost:\(server.port)")
            #expect(problem.remedy.contains("http://"))
        }
        try await withServer { server, _, _ in
            guard case .failure(.unreachable) = try await generate("http://localhost:\(server.port)") else {
                Issue.record("an answer without TLS")
                return
            }
        }
    }

    @Test("a web page in place of the API")
    func webPage() async throws {
        try await HTTPEndpoint.run { server in
            let configuration = OpenAIEngineConfiguration(endpoint: .url("http://localhost:\(server.port)"))
            let error = try await OpenAIEngine.run(configuration) { engine in
                await #expect(throws: EngineError.self) {
                    try await engine.generate(GenerationRequest(path: "/page", body: []))
                }
            }
            #expect(error?.blame == .route)
            #expect(error?.description.contains("set engine.endpoint to") == true)
        }
        let page = Array("<!DOCTYPE html>\n<HTML><head><TITLE>403 Forbidden</TITLE></head>".utf8)
        let refusal = EngineReply(statusCode: 403, contentType: "text/html", body: page).failure
        #expect(refusal?.description.contains("a web page, \"403 Forbidden\"") == true)
    }
}
