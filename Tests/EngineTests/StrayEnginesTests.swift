import Foundation
import Speculation
import TestSupport
import Testing

@testable import Engine

@Suite("Stray engines", .serialized)
struct StrayEnginesTests {
    @Test("are found by their socket and stopped")
    func realEngine() async throws {
        try await EngineUnderTest.withConfiguration { configuration in
            let error = await #expect(throws: EngineError.self) {
                try await ManagedLlamaServer.run(
                    configuration, setting: .off, logger: EngineUnderTest.logger
                ) { running in
                    let elsewhere = await StrayEngines.stop(
                        inRuntimeDirectory: configuration.runtimeDirectory + "/elsewhere")
                    #expect(elsewhere.isEmpty)
                    #expect(await running.engine.isHealthy())
                    let stopped = await StrayEngines.stop(
                        inRuntimeDirectory: configuration.runtimeDirectory + "/")
                    #expect(stopped == [running.processID])
                    try await waitForCancellation()
                }
            }
            guard case .died? = error else {
                Issue.record("expected a death, not \(String(describing: error))")
                return
            }
        }
    }

    /// Without any time to stop by themselves too: on a busy machine the time is over before it is looked at.
    @Test("are killed when they do not heed SIGTERM", arguments: [100, 0])
    func stubbornProcess(stopMilliseconds: Int) async throws {
        try await withTemporaryDirectory { directory in
            let script = "trap '' TERM; echo ready; while :; do sleep 0.05; done"
            let output = directory + "/output"
            let process = try ChildProcess(
                "/bin/sh", ["-c", script, "sh", "--host", "\(directory)/engine.sock"], output: output)
            try await waitUntil { (try? String(contentsOfFile: output, encoding: .utf8)) == "ready\n" }
            let stopped = await StrayEngines.stop(
                inRuntimeDirectory: directory, stopTimeout: .milliseconds(stopMilliseconds))
            #expect(stopped == [process.processIdentifier])
            #expect(try await process.end() == -SIGKILL)
        }
    }

    @Test(
        "are told from other processes by their command line",
        arguments: [
            (["llama-server", "--host", "/run/d/engine.sock"], true),
            (["ld.so", "llama-server", "-np", "2", "--host", "/run/d/lane-1.sock", "--metrics"], true),
            (["llama-server", "--host", "127.0.0.1,/run/d/engine.sock"], true),
            (["llama-server", "--host", "/run/d/sub/engine.sock"], false),
            (["llama-server", "--host", "/run/dd/engine.sock"], false),
            (["llama-server", "--host", "/run/d/../d/engine.sock"], true),
            (["llama-server", "--host", "127.0.0.1"], false),
            (["llama-server", "--host"], false),
            (["tail", "-f", "/run/d/engine.sock"], false),
            (["llama-server", "--host", "127.0.0.1", "--api-key-file", "/run/d/lane-0-0.key"], true),
            (["llama-server", "--api-key-file", "/run/d/other"], false),
            (["llama-server", "--api-key-file", "/run/d/sub/lane.key"], false),
            (["tail", "-f", "/run/d/lane.key"], false),
            ([], false),
        ])
    func commandLines(arguments: [String], isEngine: Bool) {
        #expect(StrayEngines.isEngine(arguments, listeningIn: "/run/d") == isEngine)
        #expect(StrayEngines.isEngine(arguments, listeningIn: "/run/d/") == isEngine)
    }
}
