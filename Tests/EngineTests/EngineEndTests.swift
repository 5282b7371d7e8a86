import Foundation
import Speculation
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite("The end of a managed llama-server", .serialized)
struct EngineEndTests {
    @Test("says how it died and what it printed last, when it is killed during a generation")
    func death() async throws {
        try await EngineUnderTest.withConfiguration { usual in
            var long = usual
            long.contextTokens = 32768
            let configuration = long
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
                        // It lasts longer than it takes to read what the engine prints, on whatever machine.
                        let body = #"{"prompt": "Tell a story", "max_tokens": 30000, "ignore_eos": true}"#
                        return try await running.engine.generate(
                            GenerationRequest(
                                path: "/v1/completions", body: Array(body.utf8),
                                timeout: EngineUnderTest.patience))
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
                    try await waitForCancellation()
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
                    try await waitForCancellation()
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

    @Test(
        "stops a wrapper that neither ends in exec nor heeds SIGTERM, and the server behind it",
        .timeLimit(.minutes(10)))
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
            // Nobody waits for the server, which was killed with the wrapper and may still be ending.
            try await waitUntil {
                StrayEngines.processes(listeningIn: configuration.runtimeDirectory).isEmpty
            }
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
                    try await waitForCancellation()
                }
            }
            #expect(error == .died(lastWords: [], status: "killed by SIGABRT"))
        }
    }
}
