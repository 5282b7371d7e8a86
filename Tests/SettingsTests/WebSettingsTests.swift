import Foundation
import Testing

@testable import Settings

@Suite struct WebSettingsTests {
    private func load(_ web: String) async throws -> WebSettings {
        try await ConfigurationFile("runtime-directory: /run/d\nweb: {\(web)}\n").load().web
    }

    private func problem(_ web: String) async throws -> SettingsError {
        try await ConfigurationFile("web: {\(web)}\n").failure()
    }

    @Test func aSocketOfTheRuntimeDirectoryIsTheDefault() async throws {
        let web = try await ConfigurationFile("runtime-directory: /run/d\n").load().web
        #expect(
            web
                == WebSettings(
                    listener: .unixSocket("/run/d/api.sock"), tokenFile: "", listensAnywhere: false))
    }

    @Test(arguments: [
        ("\"\"", WebSettings.Listener.off), ("unix:/tmp/a.sock", .unixSocket("/tmp/a.sock")),
        ("unix:web.sock", .unixSocket("/run/d/web.sock")),
    ])
    func nowhereOrASocket(_ written: String, _ listener: WebSettings.Listener) async throws {
        #expect(try await load("listen: \(written)").listener == listener)
    }

    @Test(arguments: [
        ("127.0.0.1:8017", WebSettings.Listener.port(8017, address: "127.0.0.1")),
        ("127.9.9.9:1", .port(1, address: "127.9.9.9")), ("[::1]:65535", .port(65535, address: "::1")),
    ])
    func aPortOfThisMachine(_ written: String, _ listener: WebSettings.Listener) async throws {
        let web = try await load("listen: \"\(written)\", token-file: /t")
        #expect(web.listener == listener)
        #expect(web.tokenFile == "/t")
    }

    @Test(arguments: [
        "localhost:80", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x", ":80", "unix:",
        "unix:a/b", "/a",
        "http://127.0.0.1:80", "[::1]", "127.1:80",
    ])
    func nothingElseIsAPlace(_ written: String) async throws {
        let error = try await problem("listen: \"\(written)\", token-file: /t")
        #expect(error.key == "web.listen")
        #expect(error.problem.contains("takes unix:/PATH"))
        #expect(error.problem.contains("not '\(written)'"))
    }

    @Test func aPortTakesAToken() async throws {
        #expect(try await problem("listen: \"127.0.0.1:80\"").problem.contains("it needs 'web.token-file'"))
    }

    @Test(arguments: ["0.0.0.0:80", "192.168.0.1:80", "[::]:80", "128.0.0.1:80", "[fe80::1]:80"])
    func otherMachinesTakeAWord(_ written: String) async throws {
        let error = try await problem("listen: \"\(written)\", token-file: /t")
        #expect(error.problem.contains("set web.listen-anywhere: true"))
        let web = try await load("listen: \"\(written)\", token-file: /t, listen-anywhere: true")
        #expect(web.listensAnywhere)
        #expect(try await problem("listen: \"\(written)\", listen-anywhere: true").key == "web.listen")
    }

    @Test func aRelativeTokenFileIsACredential() async throws {
        let file = try ConfigurationFile("web: {listen: \"127.0.0.1:80\", token-file: token}\n")
        let web = try await file.load(environment: ["CREDENTIALS_DIRECTORY": "/run/credentials/d"]).web
        #expect(web.tokenFile == "/run/credentials/d/token")
    }
}
