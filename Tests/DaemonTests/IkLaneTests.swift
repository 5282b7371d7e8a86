import Foundation
import PromptBatch
import TestSupport
import Testing

@Suite(
    "Lanes of a real ik_llama.cpp", .serialized,
    .enabled(if: TestPaths.ikLlamaServer != nil, "IK_LLAMA_SERVER names no ik_llama.cpp llama-server"))
struct IkLaneTests {
    private func site(
        engine: String = "", context: Int = 1024, arguments: [String] = ["-t", "1"]
    ) throws -> TestSite {
        let site = try TestSite()
        try site.configure(
            engine: engine, context: context, settings: "speculation:\n  probe: false",
            server: TestPaths.ikLlamaServer,
            extraArguments: arguments)
        return site
    }

    @Test("One engine serves every depth that is demanded, and drafts as the record says")
    func depths() async throws {
        let site = try site()
        try await site.start()
        let process = try #require(try await site.firstLane().processID)
        for depth in [3, 0, 5, 1] {
            try site.drop("d\(depth).jsonl", Prompts.code(2, extra: #", "draftspool": {"depth": \#(depth)}"#))
            let output = try await site.output("d\(depth)")
            #expect(output.answeredIDs.count == 2 && output.errors.isEmpty)
            for timing in output.timings {
                #expect(timing.decision.depth == depth && timing.engine.name == "ik_llama.cpp")
                let drafted = try #require(timing.tokens.drafted)
                let accepted = try #require(timing.tokens.accepted)
                let steps = try #require(timing.tokens.generated) - accepted
                #expect((drafted > 0) == (depth > 0) && drafted <= depth * steps)
                #expect(depth < 3 || drafted > steps)
            }
        }
        #expect(site.engines == [process])
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        #expect(site.engines.isEmpty)
    }

    @Test("A prompt that is read for longer than the stall timeout is no stall")
    func longPrompt() async throws {
        let site = try site(
            engine: "  stall-timeout: 500ms", context: 4096, arguments: ["-t", "1", "-b", "64", "-ub", "64"])
        try await site.start()
        let text = String(repeating: "The lighthouse keeper wrote another line. ", count: 220)
        try site.drop(
            "long.jsonl", #"{"id": "long", "prompt": "\#(text)", "max_tokens": 100, "ignore_eos": true}"#)
        let output = try await site.output("long")
        #expect(output.timings.map(\.attempts) == [1])
        #expect((output.timings.first?.timing.totalMilliseconds ?? 0) > 500)
    }
}
