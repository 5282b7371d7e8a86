import Foundation
import JSON
import PromptBatch
import Speculation
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite("A managed llama-server", .serialized)
struct ManagedLlamaServerTests {
    @Test("drafts at depth 3 and not at depth 0, and gives the same greedy answer")
    func depths() async throws {
        try await EngineUnderTest.withConfiguration(slots: 2) { configuration in
            var answers: [String?] = []
            for setting in [DraftSetting.off, DraftSetting(depth: 3)] {
                let response = try await ManagedLlamaServer.run(
                    configuration, setting: setting, logger: EngineUnderTest.logger
                ) { running in
                    let description = try await running.engine.describe()
                    #expect(description.name == "llama-server")
                    #expect(description.version?.isEmpty == false)
                    #expect(description.quantization == "F16")
                    #expect(description.modelPath == EngineUnderTest.model)
                    #expect(description.slots == 2)
                    #expect(description.contextTokens == 512)
                    #expect(description.speculating == setting.isDrafting)
                    #expect(await running.engine.isHealthy())
                    #expect(running.setting == setting)
                    #expect(running.startMilliseconds > 0)
                    let response = try await running.engine.generate(
                        EngineUnderTest.chat("Write a python function to add numbers"))
                    let metrics = try await running.metrics()
                    #expect(metrics.generatedTokens == response.generatedTokens)
                    #expect(metrics.draftedTokens == response.draftedTokens)
                    #expect(metrics.acceptedTokensByPosition.reduce(0, +) == response.acceptedTokens)
                    return response
                }
                let drafted = try #require(response.draftedTokens)
                let accepted = try #require(response.acceptedTokens)
                #expect((drafted > 0) == setting.isDrafting)
                #expect(accepted <= drafted)
                #expect(response.statusCode == 200)
                #expect(response.generatedTokens == 24)
                #expect(response.promptTokens > 0)
                #expect(response.finishReason == "length")
                #expect(response.requestID?.hasPrefix("chatcmpl-") == true)
                #expect(response.promptMilliseconds != nil && response.generationMilliseconds != nil)
                #expect(response.totalMilliseconds >= response.generationMilliseconds ?? .infinity)
                answers.append(response.answerText)
            }
            #expect(answers[0] == answers[1])
            #expect(answers[0]?.isEmpty == false)
        }
    }

    @Test("serves a request in the slot that it names, and waits for that slot where it is still at work")
    func slotNumbers() async throws {
        try await EngineUnderTest.withConfiguration(slots: 4) { configuration in
            let waited = try await ManagedLlamaServer.run(
                configuration, setting: .off, logger: EngineUnderTest.logger
            ) { running in
                let ask = { @Sendable (slot: Int, tokens: Int) in
                    let body: JSON = [
                        "prompt": "Once upon a time", "max_tokens": JSON(tokens), "temperature": 0,
                        "ignore_eos": true,
                    ]
                    return try await running.engine.generate(
                        GenerationRequest(
                            path: "/v1/completions", body: body, slot: slot,
                            timeout: EngineUnderTest.patience))
                }
                for slot in [2, 2, 0] { _ = try await ask(slot, 4) }
                let slots = try JSON.parse(
                    try await running.connected.connection.exchange(
                        path: "/slots", timeout: EngineUnderTest.patience
                    ).body)
                #expect((0..<4).filter { slots[$0]?["id_task"] != nil } == [0, 2])
                let isOver = Mutex(false)
                let abandoned = Task {
                    defer { isOver.withLock { $0 = true } }
                    return try await ask(1, 480)
                }
                // On a busy machine it may be over before anybody saw it at work.
                try await waitUntil {
                    if isOver.withLock({ $0 }) { return true }
                    return try await running.metrics().requestsProcessing > 0
                }
                abandoned.cancel()
                _ = try? await abandoned.value
                return try await ask(1, 4).generatedTokens
            }
            #expect(waited == 4)
        }
    }

    @Test("answers as many requests at once as it has slots, text completions among them")
    func concurrentRequests() async throws {
        try await EngineUnderTest.withConfiguration(slots: 3) { configuration in
            let texts = try await ManagedLlamaServer.run(
                configuration, setting: DraftSetting(depth: 2, pMin: 0.5), logger: EngineUnderTest.logger
            ) { running in
                try await withThrowingTaskGroup(of: String?.self) { group in
                    for index in 0..<6 {
                        group.addTask {
                            let body = #"{"prompt": "def add\#(index)(", "max_tokens": 8}"#
                            return try await running.engine.generate(
                                GenerationRequest(path: "/v1/completions", body: Array(body.utf8))
                            ).answerText
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(texts.count == 6)
            #expect(texts.allSatisfy { $0 != nil })
        }
    }

    @Test("clears away a stale socket, makes its directory, and leaves neither process nor socket")
    func staleSocket() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            var configuration = configuration
            configuration.runtimeDirectory += "/run"
            let socketPath = "\(configuration.runtimeDirectory)/engine.sock"
            try FileManager.default.createDirectory(
                atPath: configuration.runtimeDirectory, withIntermediateDirectories: true)
            try abandonSocket(at: socketPath)
            let processID = try await ManagedLlamaServer.run(
                configuration, setting: .off, logger: EngineUnderTest.logger
            ) { running in
                #expect(running.endpoint == .unixSocket(socketPath))
                return running.processID
            }
            #expect(!isRunning(processID))
            #expect(!FileManager.default.fileExists(atPath: socketPath))
            try FileManager.default.removeItem(atPath: configuration.runtimeDirectory)
            let made = try await ManagedLlamaServer.run(
                configuration, setting: .off, logger: EngineUnderTest.logger
            ) { _ in true }
            #expect(made)
        }
    }

    @Test("does not take the socket of an engine that is running")
    func occupiedSocket() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            try await ManagedLlamaServer.run(
                configuration, setting: .off, logger: EngineUnderTest.logger
            ) { running in
                let error = await #expect(throws: EngineError.self) {
                    try await ManagedLlamaServer.run(
                        configuration, setting: .off, logger: EngineUnderTest.logger
                    ) { _ in }
                }
                #expect(error?.description.contains("another engine listens on") == true)
                #expect(await running.engine.isHealthy())
            }
        }
    }

    @Test("passes a refused request's message on")
    func refusal() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            try await ManagedLlamaServer.run(
                configuration, setting: .off, logger: EngineUnderTest.logger
            ) { running in
                let request = GenerationRequest(
                    path: "/v1/chat/completions", body: Array(#"{"messages": 3}"#.utf8))
                let error = await #expect(throws: EngineError.self) {
                    try await running.engine.generate(request)
                }
                guard case .refused(400, let message, let body)? = error else {
                    Issue.record("expected a refusal, not \(String(describing: error))")
                    return
                }
                #expect(message.contains("messages"))
                #expect(!body.isEmpty)
                #expect(error?.isRetryable == false)
            }
        }
    }
}
