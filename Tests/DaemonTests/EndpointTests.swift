import Foundation
import TestSupport
import Testing

@Suite("An OpenAI-compatible server run by others")
struct EndpointTests {
    @Test("It is used at its declared depth; it is neither started nor stopped")
    func endpoint() async throws {
        let site = try TestSite()
        let socket = site.root + "/others.sock"
        let server = try ChildProcess(
            TestPaths.server,
            [
                "-m", TestPaths.demoModel, "--spec-type", "draft-mtp", "--spec-draft-n-max", "2", "-np", "1",
                "-c", "1024", "--host", socket, "-t", "1", "--no-ui",
            ], output: site.root + "/others.log")
        defer { server.send(SIGKILL) }
        try await site.wait("the server has its model") {
            let log = FileManager.default.contents(atPath: site.root + "/others.log") ?? Data()
            return String(decoding: log, as: UTF8.self).contains("model loaded")
        }
        try site.configure(engine: "  endpoint: unix:\(socket)\n  depth: 2")
        try await site.start()
        try site.drop(
            "batch.jsonl",
            Prompts.code(3) + Prompts.code(1, prefix: "off", extra: #", "draftspool": {"depth": 0}"#))
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ["code-0", "code-1", "code-2"])
        #expect(output.timings.allSatisfy { $0.decision.depth == 2 && $0.decision.source == .lane })
        #expect(output.timings.allSatisfy { ($0.tokens.drafted ?? 0) > 0 })
        #expect(output.error("off-0")?.error?.code == "depth_unavailable")
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        #expect(server.isRunning)
    }
}
