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
        let limit = 15
        let site = try site(
            engine: "  stall-timeout: \(limit)s", context: 8192,
            arguments: ["-t", "1", "-b", "8", "-ub", "8"])
        try await site.start()
        let engine = try #require(try await site.firstLane().processID)
        let text = String(repeating: "The lighthouse keeper wrote another line. ", count: 400)
        try site.drop(
            "long.jsonl", #"{"id": "long", "prompt": "\#(text)", "max_tokens": 100, "ignore_eos": true}"#)
        try await site.wait("it is at the engine") { try site.status()?.running == 1 }
        // It reads a little once a second, so that reading takes longer than a stall, on whatever machine.
        let end = ContinuousClock.now + .seconds(limit + 2)
        while ContinuousClock.now < end {
            site.freezeEngines()
            try await site.nextStatus()
            let worked = try processorTicks(of: engine)
            site.thawEngines()
            try await site.wait("it reads on") { try processorTicks(of: engine) > worked }
        }
        let output = try await site.output("long")
        #expect(output.timings.map(\.attempts) == [1])
        #expect((output.timings.first?.timing.promptMilliseconds ?? 0) > Double(limit * 1000))
    }

    /// How long a process has worked, in ticks of the kernel's clock (proc(5), stat).
    private func processorTicks(of process: Int32) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // Its name, in parentheses, may have spaces.
        let fields = try #require(text.split(separator: ")").last).split(separator: " ")
        return try #require(Int(fields[11])) + #require(Int(fields[12]))
    }
}
