import Foundation
import PromptBatch
import Testing

@Suite("A mixed batch on the real engine", .serialized)
struct MixedBatchTests {
    @Test("All three formats are answered, with sidecars, in input order")
    func allFormats() async throws {
        let site = try TestSite()
        try await site.start()
        try site.drop(
            "openai.jsonl",
            """
            {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "any", "messages": [{"role": "system", "content": "You are a programmer."}, {"role": "user", "content": "Write a Python function that reverses a string."}], "max_tokens": 48, "temperature": 0}}
            {"custom_id": "b", "method": "POST", "url": "/v1/completions", "body": {"prompt": "The capital of France is", "max_tokens": 8}}

            {"custom_id": "c", "method": "POST", "url": "/v1/chat/completions", "body": {"messages": [{"role": "user", "content": "Write a poem about the sea."}], "max_tokens": 48}}
            """)
        try site.drop("simple.jsonl", Prompts.code(3) + #"{"prompt": "What is the capital of France?"}"#)
        try site.drop("note.md", "---\nmax_tokens: 24\nid: my-note\n---\nWhat is the capital of Italy?\n")
        try site.drop("plain.txt", "Write a short story about a fox.")

        let openAI = try await site.output("openai")
        #expect(openAI.answeredIDs == ["a", "b", "c"])
        #expect(openAI.errors.isEmpty)
        #expect(openAI.timings.map(\.customID) == ["a", "b", "c"])
        #expect(openAI.timings.map(\.line) == [1, 2, 4])
        #expect(openAI.summary.totals.succeeded == 3)
        let first = try #require(openAI.timing("a"))
        #expect(first.workload.label == .code)
        #expect(first.engine.name == "llama-server")
        #expect(first.engine.quantization == "F16")
        #expect((first.tokens.generated ?? 0) > 0)
        #expect((first.timing.generationMilliseconds ?? 0) > 0)
        #expect(!first.decision.reason.isEmpty)
        #expect(first.attempts == 1)

        let simple = try await site.output("simple")
        #expect(simple.answeredIDs == ["code-0", "code-1", "code-2", "line-4"])
        #expect(simple.text("code-0")?.contains("def ") == true)

        let note = try await site.output("note")
        #expect(note.answeredIDs == ["my-note"])
        let answer = try String(contentsOfFile: note.directory + "/answer.md", encoding: .utf8)
        #expect(
            answer.trimmingCharacters(in: .newlines)
                == note.text("my-note")?.trimmingCharacters(in: .newlines))
        let plain = try await site.output("plain")
        #expect(plain.answeredIDs == ["plain"])

        try await site.wait("inputs are in done/ and active/ is empty") {
            let done = try FileManager.default.contentsOfDirectory(atPath: site.layout.done)
            let active = try FileManager.default.contentsOfDirectory(atPath: site.layout.active)
            return Set(done) == ["openai.jsonl", "simple.jsonl", "note.md", "plain.txt"] && active.isEmpty
        }
        site.signal(SIGTERM)
        #expect(try await site.waitForExit() == 0)
        #expect(site.engines.isEmpty)
    }

    @Test("Overrides are obeyed exactly; drafts are counted; greedy answers do not depend on the depth")
    func overrides() async throws {
        let site = try TestSite()
        try await site.start()
        try site.drop(
            "off.jsonl", Prompts.code(6, extra: #", "draftspool": {"depth": 0, "workload": "creative"}"#))
        try site.drop("three.jsonl", Prompts.code(6, extra: #", "draftspool": {"depth": 3}"#))
        let off = try await site.output("off")
        let three = try await site.output("three")
        #expect(off.timings.allSatisfy { $0.decision.depth == 0 && $0.decision.source == .override })
        #expect(off.timings.allSatisfy { $0.tokens.drafted == 0 })
        #expect(off.timings.allSatisfy { $0.workload.label == .creative && $0.workload.source == .override })
        #expect(three.timings.allSatisfy { $0.decision.depth == 3 && $0.decision.source == .override })
        #expect(three.timings.allSatisfy { ($0.tokens.drafted ?? 0) > 0 })
        #expect(three.timings.allSatisfy { ($0.speculation.tokensPerStep ?? 0) > 1 })
        for index in 0..<6 {
            let plain = off.text("code-\(index)")
            #expect(plain != nil)
            #expect(plain == three.text("code-\(index)"), "greedy answers differ for code-\(index)")
        }
    }

    @Test("A name is never overwritten")
    func namesAreKept() async throws {
        let site = try TestSite(settings: TestSite.oneLane)
        try await site.start()
        for round in 1...3 {
            try site.drop("same.jsonl", Prompts.code(1))
            _ = try await site.output(round == 1 ? "same" : "same-\(round)")
        }
        try await site.wait("inputs are in done/") {
            Set(try FileManager.default.contentsOfDirectory(atPath: site.layout.done))
                == ["same.jsonl", "same-2.jsonl", "same-3.jsonl"]
        }
    }

    @Test("Several slots are busy at once")
    func slots() async throws {
        let site = try TestSite(engine: "  slots: 3", settings: TestSite.oneLane)
        try await site.start()
        try await site.dropAtFrozenEngines("stories.jsonl", Prompts.stories(9, tokens: 60), inFlight: 3)
        site.thawEngines()
        let output = try await site.output("stories")
        #expect(output.mostInFlight == 3)
        #expect(output.answeredIDs == (0..<9).map { "story-\($0)" })
        #expect(output.timings.allSatisfy { $0.engine.slots == 3 })
    }
}
