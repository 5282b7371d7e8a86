import Foundation
import Testing

/// A managed engine that misbehaves, played by `faulty-llama-server`.
@Suite("A managed engine that misbehaves", .serialized)
struct FaultyManagedEngineTests {
    private func site(dispatch: String = "") throws -> TestSite {
        try FaultyServer.site(settings: "dispatch:\n  retry-delay: 50ms\n" + dispatch)
    }

    /// Twelve prompts of which the seventh has the given text.
    private func batch(with fault: String) -> String {
        (0..<12).map { index in
            #"{"id": "p-\#(index)", "prompt": "\#(index == 6 ? fault : "What is \(index) + 1?")"}"# + "\n"
        }.joined()
    }

    private let innocent = (0..<12).filter { $0 != 6 }.map { "p-\($0)" }

    @Test(
        "A prompt that kills it every time is set aside with its last words; those beside it are answered",
        arguments: [1, 3])
    func killer(maximumAttempts: Int) async throws {
        let site = try site(dispatch: "  max-attempts: \(maximumAttempts)")
        try await site.start()
        try site.drop("batch.jsonl", batch(with: "KILL"))
        let output = try await site.output("batch")
        #expect(output.answeredIDs == innocent)
        let error = try #require(output.error("p-6")?.error)
        #expect(error.code == "engine_lost")
        #expect(error.message.contains("SIGKILL"))
        #expect(error.message.contains("cannot stomach this prompt"))
        #expect((output.timing("p-6")?.attempts ?? 0) <= max(2, maximumAttempts))
        let starts = site.log.components(separatedBy: "Engine ready").count - 1
        #expect(starts <= max(2, maximumAttempts) + 1)
    }

    @Test(
        "A prompt that failed for other reasons before is not blamed for an engine that another prompt killed"
    )
    func bystander() async throws {
        let site = try site()
        try await site.start()
        try site.drop(
            "batch.jsonl",
            #"{"id": "bystander", "prompt": "FAIL TWICE"}"# + "\n"
                + #"{"id": "killer", "prompt": "KILL AFTER the other one's third time"}"# + "\n"
                + #"{"id": "good", "prompt": "Why?"}"# + "\n")
        let output = try await site.output("batch")
        #expect(output.answeredIDs == ["bystander", "good"])
        #expect(output.error("killer")?.error?.code == "engine_lost")
    }

    @Test(
        "Prompts are put in neighbouring slots, the first ones before others; a slot asked for is left alone")
    func slotNumbers() async throws {
        let site = try site()
        try await site.start()
        let ids = (0..<12).map { "p-\($0)" }
        let lines = ids.map { #"{"id": "\#($0)", "prompt": "WHERE? WAIT"}"# }
        try site.drop("many.jsonl", lines.joined(separator: "\n"))
        try await site.wait("four are in flight") { try site.status()?.running == 4 }
        try site.openGate()
        let many = try await site.output("many")
        #expect(Set(ids.map { many.text($0) }) == Set((0..<4).map { "slot \($0)" }))
        for name in ["one", "two"] {
            try site.drop("\(name).jsonl", #"{"id": "alone", "prompt": "WHERE?"}"#)
            #expect(try await site.output(name).text("alone") == "slot 0")
        }
        let asking = #"{"custom_id": "a", "method": "POST", "url": "/v1/completions", "#
        try site.drop("asked.jsonl", asking + #""body": {"prompt": "WHERE?", "id_slot": 3}}"#)
        #expect(try await site.output("asked").text("a") == "slot 3")
    }

    @Test("A slow start is waited for")
    func slowStart() async throws {
        let site = try TestSite()
        try site.configure(
            engine: "  slots: 1", settings: "speculation:\n  probe: false\n  max-depth: 0",
            server: FaultyServer.program, extraArguments: ["--start-delay", "3"])
        let start = ContinuousClock.now
        try await site.start()
        #expect(start.duration(to: .now) > .seconds(3))
        try site.drop("batch.jsonl", batch(with: "Why?"))
        #expect(try await site.output("batch").answers.count == 12)
    }

    @Test("A prompt that was sent often enough before daemon or machine ended is not sent again")
    func usedUpBeforeStart() async throws {
        let site = try site(dispatch: "  max-attempts: 2")
        try await site.start()
        try site.drop("batch.jsonl", #"{"id": "p-6", "prompt": "HANG"}"# + "\n")
        for attempts in 1...2 {
            try await site.wait("the prompt is at the engine") { (try site.status()?.running ?? 0) >= 1 }
            #expect(try site.status()?.batches.first?.failed == 0, "attempt \(attempts)")
            site.signal(SIGKILL)
            _ = try await site.waitForExit()
            try await site.start()
        }
        let output = try await site.output("batch")
        #expect(output.error("p-6")?.error?.message.contains("each of the 2 times") == true)
        try site.drop("next.jsonl", batch(with: "Why?"))
        #expect(try await site.output("next").answers.count == 12)
    }

    @Test("A socket that nobody listens on is cleared away; one that somebody does is theirs")
    func takenSocket() async throws {
        let site = try TestSite(settings: TestSite.oneLane)
        try FileManager.default.createDirectory(atPath: site.root + "/run", withIntermediateDirectories: true)
        let path = site.root + "/run/lane-0-0.sock"
        let other = try FaultyEngine(listeningOn: path) { _ in .json("{}") }
        try site.launch()
        #expect(try await site.waitForExit() == 1)
        #expect(site.log.contains("another engine listens on \(path)"))
        other.stop()
        #expect(FileManager.default.fileExists(atPath: path))
        try await site.start()
        try site.drop("batch.jsonl", Prompts.code(1))
        #expect(try await site.output("batch").answers.count == 1)
    }
}
