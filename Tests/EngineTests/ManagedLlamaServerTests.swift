import Foundation
import Speculation
import Synchronization
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
                    #expect(!description.supportsPerRequestDepth)
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
                #expect(running.socketPath == socketPath)
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

    @Test("says how it died and what it printed last, when it is killed during a generation")
    func death() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            let processID = Mutex<Int32?>(nil)
            let error = await #expect(throws: EngineError.self) {
                try await ManagedLlamaServer.run(
                    configuration, setting: .off, logger: EngineUnderTest.logger,
                    onOutput: { line in
                        guard line.contains("processing task") else { return }
                        processID.withLock { if let process = $0 { kill(process, SIGKILL) } }
                    },
                    body: { running in
                        processID.withLock { $0 = running.processID }
                        return try await running.engine.generate(
                            EngineUnderTest.chat("Tell a story", maximumTokens: 400))
                    })
            }
            guard case .died(let lastWords, let status)? = error else {
                Issue.record("expected a death, not \(String(describing: error))")
                return
            }
            #expect(status.contains("SIGKILL"))
            #expect(lastWords.contains { $0.contains("processing task") })
            #expect(lastWords.count <= 20)
            #expect(error?.isRetryable == true)
        }
    }

    @Test("cancels the body when it dies while the body waits for something else")
    func deathCancelsBody() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            _ = await #expect(throws: EngineError.self) {
                try await ManagedLlamaServer.run(
                    configuration, setting: .off, logger: EngineUnderTest.logger
                ) { running in
                    kill(running.processID, SIGKILL)
                    try await Task.sleep(for: .seconds(3600))
                }
            }
        }
    }

    @Test("passes the body's own error on, and stops")
    func bodyError() async throws {
        struct Mine: Error {}
        try await EngineUnderTest.withConfiguration { configuration in
            let processID = Mutex<Int32>(0)
            await #expect(throws: Mine.self) {
                try await ManagedLlamaServer.run(
                    configuration, setting: .off, logger: EngineUnderTest.logger
                ) { running in
                    processID.withLock { $0 = running.processID }
                    throw Mine()
                }
            }
            #expect(!isRunning(processID.withLock { $0 }))
        }
    }

    @Test("leaves no process when the calling task is cancelled")
    func cancellation() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            let (processes, announce) = AsyncStream.makeStream(of: Int32.self)
            let task = Task {
                try await ManagedLlamaServer.run(
                    configuration, setting: .off, logger: EngineUnderTest.logger
                ) { running in
                    announce.yield(running.processID)
                    announce.finish()
                    try await Task.sleep(for: .seconds(3600))
                }
            }
            let processID = try #require(await processes.first { _ in true })
            #expect(isRunning(processID))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(!isRunning(processID))
        }
    }

    @Test("leaves no process when it is cancelled while the model loads")
    func cancellationDuringStart() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            var configuration = configuration
            configuration.server = try writeScript(
                "echo $$ ; exec sleep 3600", in: configuration.runtimeDirectory)
            let (lines, announce) = AsyncStream.makeStream(of: String.self)
            let task = Task { [configuration] in
                try await ManagedLlamaServer.run(
                    configuration, setting: .off, logger: EngineUnderTest.logger,
                    onOutput: { announce.yield($0) }, body: { _ in })
            }
            let line = try #require(await lines.first { _ in true })
            let processID = try #require(Int32(line))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(!isRunning(processID))
        }
    }

    @Test("stops a wrapper that neither ends in exec nor heeds SIGTERM, and the server behind it")
    func stubbornWrapper() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            var configuration = configuration
            configuration.stopTimeout = .milliseconds(200)
            configuration.server = try writeScript(
                "trap '' TERM; '\(configuration.server)' \"$@\" & wait; while :; do sleep 1; done",
                in: configuration.runtimeDirectory)
            let processID = try await ManagedLlamaServer.run(
                configuration, setting: .off, logger: EngineUnderTest.logger
            ) { running in
                #expect(await running.engine.isHealthy())
                return running.processID
            }
            #expect(!isRunning(processID))
            #expect(StrayEngines.processes(listeningIn: configuration.runtimeDirectory).isEmpty)
        }
    }

    @Test("notices the death of an engine whose output goes elsewhere")
    func redirectedOutput() async throws {
        try await EngineUnderTest.withConfiguration { plain in
            var silent = plain
            silent.server = try writeScript(
                "exec '\(plain.server)' \"$@\" >/dev/null 2>&1", in: plain.runtimeDirectory)
            let configuration = silent
            let error = await #expect(throws: EngineError.self) {
                try await ManagedLlamaServer.run(
                    configuration, setting: .off, logger: EngineUnderTest.logger
                ) { running in
                    _ = try await running.engine.generate(EngineUnderTest.chat("Hello", maximumTokens: 2))
                    kill(running.processID, SIGABRT)
                    try await Task.sleep(for: .seconds(3600))
                }
            }
            #expect(error == .died(lastWords: [], status: "killed by SIGABRT"))
        }
    }
}

/// Whether a process with this number exists, ended but not waited for included.
private func isRunning(_ processID: Int32) -> Bool {
    kill(processID, 0) == 0
}

/// Binds a socket and walks away, as an engine does that is killed.
private func abandonSocket(at path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    try #require(bound == 0)
}
