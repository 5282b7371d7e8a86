import Foundation
import TestSupport
import Testing

@Suite("Configuration of the running daemon", .serialized)
struct ConfigurationTests {
    @Test("SIGHUP: a bad file is refused with its reason and the old one stays; a good one takes effect")
    func reload() async throws {
        let site = try TestSite()
        try await site.start()
        let good = try String(contentsOfFile: site.configFile, encoding: .utf8)
        try (good + "\ndispatch:\n  max-atempts: 2\n").write(
            toFile: site.configFile, atomically: true, encoding: .utf8)
        site.signal(SIGHUP)
        try await site.wait("the bad file is refused") { site.log.contains("is refused, the old one stays") }
        #expect(site.log.contains("did you mean 'dispatch.max-attempts'?"))
        try site.drop("first.jsonl", Prompts.code(1))
        #expect(try await site.output("first").timings.first?.engine.slots == 8)

        try site.configure(engine: "  slots: 2")
        site.signal(SIGHUP)
        try await site.wait("the good file is read") { site.log.contains("Configuration read again") }
        try await site.wait("the engine has two slots") { try site.status()?.lanes.first?.slots == 2 }
        try site.drop("second.jsonl", Prompts.code(2))
        #expect(try await site.output("second").timings.first?.engine.slots == 2)
    }

    @Test("A missing engine, a missing model and a file that is no model end the start with exit status 78")
    func unusable() async throws {
        let missingEngine = try TestSite()
        try missingEngine.configure(server: "/nonexistent/llama-server")
        try missingEngine.launch()
        #expect(try await missingEngine.waitForExit() == 78)
        #expect(missingEngine.log.contains("/nonexistent/llama-server"))

        let missingModel = try TestSite(model: "/nonexistent/model.gguf")
        try missingModel.launch()
        #expect(try await missingModel.waitForExit() == 78)
        #expect(missingModel.log.contains("/nonexistent/model.gguf"))

        let noModel = try TestSite(model: TestPaths.projectRoot + "/README.md")
        try noModel.launch()
        #expect(try await noModel.waitForExit() == 78)
        #expect(noModel.log.contains("GGUF"))
    }

    @Test("--check tells a credential, which systemd passes to the service alone, from other faults")
    func credentials() async throws {
        let site = try TestSite()
        try site.configure(engine: "  endpoint: http://127.0.0.1:1\n  endpoint-key-file: token")
        let file = site.configFile
        func check(_ passed: [String: String] = [:]) async throws -> ProgramRun {
            try await ProgramRun(
                TestPaths.daemon(), ["--check", "--config", file, "--log-target", "stderr"],
                environment: ProcessInfo.processInfo.environment.merging(passed) { $1 })
        }
        let outside = try await check()
        #expect(outside.status == 77 && outside.diagnostics.contains("$CREDENTIALS_DIRECTORY"))
        let without = try await check(["CREDENTIALS_DIRECTORY": site.root])
        #expect(without.status == 78 && without.diagnostics.contains("\(site.root)/token"))
        try site.launch()
        #expect(try await site.waitForExit() == 78)
    }

    @Test("--check says what stands in the way of the API, which does not keep prompts from being run")
    func obstructedAPI() async throws {
        let site = try TestSite()
        let path = site.root + "/in.the.way"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        try site.configure(settings: "web: {listen: \"unix:\(path)\"}")
        let check = try await ProgramRun(
            TestPaths.daemon(), ["--check", "--config", site.configFile, "--log-target", "stderr"])
        #expect(check.status == 0)
        #expect(check.diagnostics.contains("The API: \(path) is in the way and is no socket; move it"))
    }

    @Test("A model without an MTP block: the daemon says so and runs everything at depth 0")
    func modelWithoutMTP() async throws {
        let path = "/tmp/draftspool-test-model-\(UInt32.random(in: 0 ... .max)).gguf"
        try ModelWithoutMTP.write(from: TestPaths.demoModel, to: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let site = try TestSite(model: path)
        try await site.start()
        #expect(site.log.contains("has no multi-token-prediction block; everything runs at depth 0"))
        try site.drop(
            "batch.jsonl",
            Prompts.code(3) + Prompts.code(1, prefix: "deep", extra: #", "draftspool": {"depth": 3}"#))
        let output = try await site.output("batch")
        #expect(output.answeredIDs.count == 3)
        #expect(output.error("deep-0")?.error?.code == "depth_unavailable")
        #expect(output.timings.allSatisfy { $0.decision.depth == 0 && $0.tokens.drafted == 0 })
    }

    @Test("A fixed depth is what everything runs at, and prompts that demand another one fail")
    func fixedDepth() async throws {
        let site = try TestSite(settings: "speculation:\n  depth: 5\n  p-min: 0.5")
        try await site.start()
        try site.drop(
            "fixed.jsonl",
            Prompts.code(3) + Prompts.stories(2, tokens: 30)
                + #"{"id": "other", "prompt": "Hello", "draftspool": {"depth": 3}}"#)
        let output = try await site.output("fixed")
        #expect(output.answers.count == 5)
        #expect(output.timings.allSatisfy { $0.decision.depth == 5 && $0.decision.pMin == 0.5 })
        #expect(output.error("other")?.error?.code == "depth_unavailable")
    }
}
