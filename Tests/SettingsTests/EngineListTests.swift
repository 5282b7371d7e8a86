import Foundation
import Testing

@testable import Settings

@Suite("A list of engines")
struct EngineListTests {
    private static let pool = """
        engine:
          context: 4096
          request-timeout: 5m
          model: /models/a.gguf
          extra-arguments: ["-t", "1"]
        engines:
          - name: deep
            endpoint: http://127.0.0.1:8101
            depth: 3
            slots: 2
          - name: plain
            endpoint: http://127.0.0.1:8102
            depth: 0
            request-timeout: 1m
          - {name: own, server: ./llama-server, extra-arguments: ["--spec-type", "mtp:n_max=5,p_min=0.0"]}
          - {name: cluster, endpoint: "unix:/run/vllm.sock", depth: engine}
          - {name: switch, endpoint: "https://switch.example", depth: per-request}
        speculation: {max-depth: 4}
        """

    @Test("Its entries stand before the section engine, whose values they share otherwise")
    func entries() async throws {
        let settings = try await ConfigurationFile(Self.pool).load()
        let engines = settings.engines
        #expect(engines.map(\.name) == ["deep", "plain", "own", "cluster", "switch"])
        #expect(engines.map(\.depth) == [.fixed(3), .fixed(0), .chosen, .server, .perRequest])
        #expect(
            engines.map(\.endpoint) == [
                "http://127.0.0.1:8101", "http://127.0.0.1:8102", "", "unix:/run/vllm.sock",
                "https://switch.example",
            ])
        #expect(engines.allSatisfy { $0.contextTokens == 4096 && $0.model == "/models/a.gguf" })
        #expect(engines.map(\.requestTimeout) == [300, 60, 300, 300, 300].map { .seconds($0) })
        #expect(engines.map(\.choosesBusySlots) == [false, true, true, true, true])
        #expect(engines[0].slots == 2)
        #expect(engines[2].extraArguments == ["--spec-type", "mtp:n_max=5,p_min=0.0"])
        #expect(engines[1].extraArguments == ["-t", "1"])
        #expect(settings.engine == engines[0])
        #expect(settings.speculation.maximumDepth == 4)
    }

    @Test("Without a list there is the one engine; a server run by others decides unless told otherwise")
    func one() async throws {
        let settings = try await ConfigurationFile("engine: {endpoint: http://a, depth: 2}").load()
        #expect(settings.engines == [settings.engine])
        #expect(settings.engine.name.isEmpty && settings.engine.depth == .fixed(2))
        #expect(try await ConfigurationFile("engine: {endpoint: http://a}").load().engine.depth == .server)
        #expect(try await ConfigurationFile("engine: {model: a}").load().engine.depth == .chosen)
    }

    @Test(
        "A mistake is named with its place and its remedy",
        arguments: [
            ("engines: []", "engines", "takes a list of engines"),
            ("engines: {a: b}", "engines", "takes a list of engines"),
            ("engines: [a]", "engines[0]", "takes a list of engines"),
            ("engines: [{endpoint: http://a}]", "engines[0]", "has no name"),
            ("engines: [{name: a}]", "engines[0]", "give it an endpoint, or a model and a server"),
            ("engines: [{name: a b, model: m}]", "engines[0].name", "takes 1 to 64 letters"),
            (
                "engines: [{name: a, endpoint: http://a}, {name: a, endpoint: http://b}]", "engines[1].name",
                "give each its own"
            ),
            (
                "engines: [{name: a, endpoint: http://a, model: m}]", "engines[0].endpoint",
                "leave one of them out"
            ),
            ("engines: [{name: a, endpoint: ftp://a}]", "engines[0].endpoint", "must begin with http://"),
            ("engines: [{name: a, model: m, depth: engine}]", "engines[0].depth", "take auto"),
            ("engines: [{name: a, endpoint: http://a, depth: 17}]", "engines[0].depth", "takes 0 to 16"),
            ("engines: [{name: a, endpoint: http://a, depth: deep}]", "engines[0].depth", "takes 0 to 16"),
            ("engines: [{name: a, endpoint: http://a, slots: 0}]", "engines[0].slots", "0 is not from 1"),
            ("engines: [{name: a, endpoint: http://a, slot: 2}]", "engines[0].slot", "did you mean 'slots'?"),
            ("engine: {endpoint-depth: 2}", "engine.endpoint-depth", "is called 'engine.depth' now"),
            (
                "engine: {slots: 0}\nengines: [{name: a, endpoint: http://a}]", "engine.slots",
                "0 is not from 1"
            ),
        ])
    func mistakes(text: String, key: String, problem: String) async throws {
        let file = try ConfigurationFile(text)
        let error = await #expect(throws: SettingsError.self) { try await file.load() }
        #expect(error?.key == key, "\(error as Any)")
        #expect(error?.problem.contains(problem) == true, "\(error as Any)")
        #expect(error?.origin.hasPrefix(file.path) == true, "\(error as Any)")
    }
}
