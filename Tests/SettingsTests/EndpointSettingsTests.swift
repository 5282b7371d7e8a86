import Foundation
import Testing

@testable import Settings

@Suite struct EndpointSettingsTests {
    @Test func headersAreReadFromTheFileAndFromOneLine() async throws {
        let file = try ConfigurationFile(
            "engine:\n  endpoint-headers: {X-Team: batch, x-key: \"a=b, c: d\", X-Tier: 3}\n")
        let expected = ["X-Team": "batch", "x-key": "a=b, c: d", "X-Tier": "3"]
        #expect(try await file.load().engine.endpointHeaders == expected)
        let line = ["DRAFTSPOOL_ENGINE_ENDPOINT_HEADERS": "X-Team=batch,x-key=a=b"]
        let loaded = try await file.load(environment: line)
        #expect(loaded.engine.endpointHeaders == ["X-Team": "batch", "x-key": "a=b"])
    }

    @Test(arguments: [
        ("{Host: s3cret}", "has 'Host', which Draftspool sets itself; leave it out"),
        ("{content-type: s3cret}", "has 'content-type', which Draftspool sets itself; leave it out"),
        ("{\"X-A\": \"s3cret\\nX-B: 1\"}", "has a line break or control character in the value of 'X-A'"),
        ("{\"X-A\": \"s3cret\\0\"}", "has a line break or control character in the value of 'X-A'"),
        ("{\"X A\": s3cret}", "has a name that no header can have: \"X A\""),
        ("{\"X:\": s3cret}", "has a name that no header can have: \"X:\""),
        ("{X-A: s3cret, x-a: s3cret}", "has 'x-a' twice; leave one of them out"),
        ("{X-A: [s3cret]}", "takes a text, the header's value"),
        ("{X-A: }", "takes a text, the header's value"),
        (
            "s3cret",
            "takes header names with their values, in YAML {X-Team: VALUE}, elsewhere X-Team=VALUE,X-Tier=VALUE"
        ),
    ])
    func otherHeadersAreRefusedWithoutTheirValues(written: String, problem: String) async throws {
        let error = try await ConfigurationFile("engine: {endpoint-headers: \(written)}").failure()
        #expect(error.key?.hasPrefix("engine.endpoint-headers") == true)
        #expect(error.problem == problem)
    }

    @Test func anAuthorizationHeaderTakesThePlaceOfAKeyFile() async throws {
        let header = "engine:\n  endpoint-headers: {Authorization: Basic s3cret}\n"
        #expect(try await ConfigurationFile(header).load().engine.endpointHeaders.count == 1)
        let error = try await ConfigurationFile(header + "  endpoint-key-file: /k").failure()
        #expect(
            error.problem
                == "has 'Authorization', which 'engine.endpoint-key-file' sets; leave one of them out")
    }

    @Test func aSyntaxErrorDoesNotShowTheLine() async throws {
        let error = try await ConfigurationFile("engine:\n  endpoint-headers: {X-A: s3cret\n").failure()
        #expect(!error.description.contains("s3cret"))
        #expect(error.origin.hasSuffix(":3"))
    }

    @Test(arguments: [
        ("engine.endpoint-certificate-file", "engine.endpoint-certificate-key-file"),
        ("engine.endpoint-certificate-key-file", "engine.endpoint-certificate-file"),
    ])
    func aCertificateAndItsKeyBelongTogether(present: String, missing: String) async throws {
        let file = try ConfigurationFile("")
        let error = try await file.failure(flags: [present: "/a.pem"])
        #expect(error.key == present)
        #expect(error.problem.contains("'\(missing)'"))
        let both = try await file.load(flags: [present: "/a.pem", missing: "/b.pem"])
        #expect(
            !both.engine.endpointCertificateFile.isEmpty && !both.engine.endpointCertificateKeyFile.isEmpty)
    }

    @Test func relativeNamesAreLookedUpAmongTheCredentials() async throws {
        let file = try ConfigurationFile(
            """
            engine:
              endpoint-key-file: token
              endpoint-ca-file: /etc/ca.pem
              endpoint-certificate-file: client.pem
              endpoint-certificate-key-file: keys/client.key
            """)
        let credentials = ["CREDENTIALS_DIRECTORY": "/run/credentials/draftspoold.service"]
        let service = try await file.load(environment: credentials).engine
        #expect(service.endpointKeyFile == "/run/credentials/draftspoold.service/token")
        #expect(service.endpointCAFile == "/etc/ca.pem")
        #expect(service.endpointCertificateFile == "/run/credentials/draftspoold.service/client.pem")
        #expect(service.endpointCertificateKeyFile == "/run/credentials/draftspoold.service/keys/client.key")
        #expect(try await file.load().engine.endpointKeyFile == "token")
    }

    @Test func zeroRequestsAMinuteIsNoLimit() async throws {
        let file = try ConfigurationFile("engine: {endpoint-requests-per-minute: 600}")
        #expect(try await file.load().engine.endpointRequestsPerMinute == 600)
        let none = try await file.load(flags: ["engine.endpoint-requests-per-minute": "0"])
        #expect(none.engine.endpointRequestsPerMinute == nil)
    }
}
