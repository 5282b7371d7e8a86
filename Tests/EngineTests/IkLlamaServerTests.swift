import Foundation
import JSON
import Logging
import PromptBatch
import Speculation
import TestSupport
import Testing

@testable import Engine

/// Runs the program that `IK_LLAMA_SERVER` names: ik_llama.cpp has no packages, so that one is there only where somebody
/// built it.
@Suite(
    "ik_llama.cpp's llama-server",
    .enabled(if: TestPaths.ikLlamaServer != nil, "IK_LLAMA_SERVER names no ik_llama.cpp llama-server"))
struct IkLlamaServerTests {
    private func withConfiguration(_ body: (LlamaServerConfiguration) async throws -> Void) async throws {
        let program = try #require(TestPaths.ikLlamaServer)
        let inspection = try await EngineInspection.inspect(server: program)
        #expect(inspection.dialect == .ik && inspection.supportsDraftMTP && !inspection.supportsNgrams)
        #expect(inspection.flags.isSuperset(of: ["--api-key-file", "--metrics", "--webui", "--jinja"]))
        try await EngineUnderTest.withConfiguration { configuration in
            var configuration = configuration
            configuration.server = program
            configuration.dialect = inspection.dialect
            configuration.knownOptions = inspection.flags
            try await body(configuration)
        }
    }

    @Test("answers on a port that needs its key, drafts as each request asks, and leaves nothing behind")
    func requests() async throws {
        try await withConfiguration { configuration in
            let keyFile = configuration.runtimeDirectory + "/engine.key"
            let processID = try await ManagedLlamaServer.run(
                configuration, setting: DraftSetting(depth: 4), logger: EngineUnderTest.logger
            ) { running in
                #expect(FileManager.default.fileExists(atPath: keyFile))
                #expect(
                    StrayEngines.processes(listeningIn: configuration.runtimeDirectory) == [
                        running.processID
                    ])
                let description = try await running.engine.describe()
                #expect(description.slots == 1 && description.contextTokens == 512)
                let proof = DepthProof(
                    engine: running.engine, modelName: description.modelName,
                    timeout: EngineUnderTest.patience)
                #expect(
                    try await proof.run(startedAt: 4) == RequestDepth(greatest: 4, honoursPMin: true))
                for depth in [0, 2, 4] {
                    let request = GenerationRequest(
                        path: "/v1/chat/completions",
                        body: [
                            "messages": [["role": "user", "content": "Count to twenty."]],
                            "max_tokens": 32, "temperature": 0,
                        ], slot: 0, setting: DraftSetting(depth: depth), timeout: EngineUnderTest.patience)
                    let response = try await running.engine.generate(request)
                    #expect(response.acceptedPerPosition?.count ?? 0 == depth)
                    #expect((response.draftedTokens ?? 0 > 0) == (depth > 0))
                    #expect(response.generationMilliseconds != nil)
                }
                return running.processID
            }
            #expect(kill(processID, 0) != 0)
            #expect(!FileManager.default.fileExists(atPath: keyFile))
        }
    }

    @Test("a request that ignores the end of the answer does so for itself only")
    func endOfAnswer() async throws {
        try await withConfiguration { configuration in
            try await ManagedLlamaServer.run(
                configuration, setting: DraftSetting(depth: 2), logger: EngineUnderTest.logger
            ) { running in
                func tokens(ignoringEnd: Bool) async throws -> Int {
                    let body: JSON = [
                        "messages": [["role": "user", "content": "What is the capital of Portugal?"]],
                        "max_tokens": 64, "temperature": 0, "ignore_eos": .bool(ignoringEnd),
                    ]
                    return try await running.engine.generate(
                        GenerationRequest(
                            path: "/v1/chat/completions", body: body, slot: 0,
                            defaults: configuration.dialect.requestDefaults, timeout: EngineUnderTest.patience
                        )
                    ).generatedTokens
                }
                let own = try await tokens(ignoringEnd: false)
                #expect(own < 64)
                #expect(try await tokens(ignoringEnd: true) == 64)
                #expect(try await tokens(ignoringEnd: false) == own)
            }
        }
    }

    @Test("a stray one is found by its key and stopped")
    func stray() async throws {
        try await withConfiguration { configuration in
            await #expect(throws: EngineError.self) {
                try await ManagedLlamaServer.run(
                    configuration, setting: .off, logger: EngineUnderTest.logger
                ) { running in
                    let stopped = await StrayEngines.stop(
                        inRuntimeDirectory: configuration.runtimeDirectory)
                    #expect(stopped == [running.processID])
                    try await waitForCancellation()
                }
            }
        }
    }

    @Test("more slots than it drafts with are refused before it starts, with the remedy")
    func slots() async throws {
        try await withConfiguration { configuration in
            var configuration = configuration
            configuration.slots = 2
            let error = await #expect(throws: EngineError.self) {
                try await ManagedLlamaServer.run(
                    configuration, setting: DraftSetting(depth: 1), logger: EngineUnderTest.logger
                ) { _ in }
            }
            let text = "\(try #require(error))"
            #expect(text.contains("set the slots to 1, or the depth to 0"))
        }
    }
}
