import Foundation
import Speculation
import Testing

@testable import Engine

@Suite("An engine that cannot start", .serialized)
struct EngineStartFailureTests {
    private func startFailure(_ configuration: LlamaServerConfiguration) async throws -> (String, [String]) {
        let error = await #expect(throws: EngineError.self) {
            try await ManagedLlamaServer.run(
                configuration, setting: .off, logger: EngineUnderTest.logger
            ) { _ in }
        }
        guard case .startFailed(let reason, let lastWords)? = error else {
            Issue.record("expected a failed start, not \(String(describing: error))")
            return ("", [])
        }
        return (reason, lastWords)
    }

    @Test("because the program is missing")
    func missingServer() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            var configuration = configuration
            for server in ["/nonexistent/llama-server", "no-such-llama-server"] {
                configuration.server = server
                let (reason, _) = try await startFailure(configuration)
                #expect(reason.contains("no program \(server)"))
            }
        }
    }

    @Test("because the program cannot be executed")
    func notExecutable() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            var configuration = configuration
            configuration.server = EngineUnderTest.model
            let (reason, _) = try await startFailure(configuration)
            #expect(reason.contains(EngineUnderTest.model))
        }
    }

    @Test("because the model is missing, in the engine's own words")
    func missingModel() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            var configuration = configuration
            configuration.model = "/nonexistent/model.gguf"
            let (reason, lastWords) = try await startFailure(configuration)
            #expect(reason.contains("exit status 1"))
            #expect(lastWords.contains { $0.contains("/nonexistent/model.gguf") })
        }
    }

    @Test("because of an argument it does not know, in the engine's own words")
    func unknownArgument() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            var configuration = configuration
            configuration.extraArguments = ["--no-such-flag"]
            let (_, lastWords) = try await startFailure(configuration)
            #expect(lastWords.contains { $0.contains("--no-such-flag") })
        }
    }

    @Test("because it does not become healthy in time")
    func startTimeout() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            var configuration = configuration
            configuration.server = try writeScript(
                "exec sleep 3600", in: configuration.runtimeDirectory)
            configuration.startTimeout = .milliseconds(300)
            let (reason, _) = try await startFailure(configuration)
            #expect(reason.contains("not healthy within 0.3 s"))
        }
    }

    @Test("because the socket's path is too long")
    func longSocketPath() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            var configuration = configuration
            configuration.runtimeDirectory = "/tmp/" + String(repeating: "d", count: 100)
            let (reason, _) = try await startFailure(configuration)
            #expect(reason.contains("set a shorter runtime directory"))
            #expect(reason.contains("117 bytes"))
        }
    }

    @Test("because the server would take the socket's path for two addresses")
    func commaInPath() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            var configuration = configuration
            configuration.runtimeDirectory += "/a,b"
            let (reason, _) = try await startFailure(configuration)
            #expect(reason.contains("comma"))
        }
    }

    @Test("because something else is in the socket's place")
    func fileInTheWay() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            let path = "\(configuration.runtimeDirectory)/engine.sock"
            try Data("precious".utf8).write(to: URL(filePath: path))
            let (reason, _) = try await startFailure(configuration)
            #expect(reason.contains("is in the way"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        }
    }
}
