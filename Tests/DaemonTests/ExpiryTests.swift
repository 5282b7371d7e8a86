import Foundation
import JSON
import PromptBatch
import Spool
import TestSupport
import Testing

@Suite("Deadlines, on the real engine", .serialized)
struct ExpiryTests {
    /// A prompt that takes longer than any test waits.
    private func long(_ id: String, overrides: String = "") -> String {
        #"{"id": "\#(id)", "prompt": "Write a story about a lighthouse.", "max_tokens": 30000, "#
            + #""temperature": 0.8, "ignore_eos": true, "draftspool": {\#(overrides)}}"# + "\n"
    }

    @Test("What is answered in time is kept, the rest expires, in flight or waiting, and can be run again")
    func expires() async throws {
        let site = try TestSite(engine: "  slots: 1", context: 32768)
        try await site.start()
        try site.drop(
            "mixed.jsonl",
            Prompts.code(1, extra: #", "draftspool": {"priority": 1}"#)
                + long("story-0", overrides: #""completion_window": "5s""#)
                + long("story-1", overrides: #""completion_window": "5s""#))
        let output = try await site.output("mixed")
        #expect(output.answeredIDs == ["code-0"])
        #expect(output.errors.map(\.customID) == ["story-0", "story-1"])
        #expect(output.errors.allSatisfy { $0.error?.code == "batch_expired" && $0.response == nil })
        try await site.wait("the status has its end") {
            try site.status()?.batches.contains { $0.name == "mixed.jsonl" && $0.state == .done } == true
        }
        let batch = try #require(try site.status()?.batches.first { $0.name == "mixed.jsonl" })
        #expect(batch.failed == 2 && batch.expired == 2 && batch.deadline == nil)
        let run = try await ProgramRun(
            TestPaths.program("draftspool"),
            ["retry", "mixed", "--prompt", "story-1", "--json", "--config", site.configFile])
        let reply = try JSONDecoder().decode(ControlReply.self, from: Data(run.output.utf8))
        #expect(run.status == 0 && reply.prompts == 1)
        // The window begins with the claim of the new file.
        #expect(try await site.output("mixed-retry").errors.map(\.error?.code) == ["batch_expired"])
    }

    @Test("A window for the file as a whole ends what is waited for with a qualified no")
    func submitted() async throws {
        let site = try TestSite(engine: "  slots: 1", context: 32768)
        try await site.start()
        let file = site.root + "/night.jsonl"
        try (long("story-0") + long("story-1")).write(toFile: file, atomically: true, encoding: .utf8)
        let run = try await ProgramRun(
            TestPaths.program("draftspool"),
            ["submit", file, "--wait", "--completion-window", "4s", "--json", "--config", site.configFile])
        if run.diagnostics.contains("keeps no attributes") { return }
        #expect(run.status == 3, "\(run.diagnostics)")
        let report = try JSON.parse(Array(run.output.utf8))
        #expect(report["failed"]?.intValue == 2 && report["expired"]?.intValue == 2)
    }

    @Test("A deadline that passes while no daemon runs has passed when one is started")
    func restart() async throws {
        let site = try TestSite(engine: "  slots: 1", context: 32768)
        try await site.start()
        try site.drop("late.jsonl", long("story-0", overrides: #""completion_window": "20s""#))
        try await site.wait("a prompt is in flight") { (try site.status()?.running ?? 0) >= 1 }
        let deadline = try #require(try site.status()?.batches.first?.deadline)
        site.signal(SIGKILL)
        _ = try await site.waitForExit()
        // The status has it to the second.
        try await site.wait("the deadline has passed") { Date() > deadline.addingTimeInterval(1) }
        try await site.start()
        #expect(try await site.output("late").errors.map(\.error?.code) == ["batch_expired"])
        #expect(try await site.output("late").timings.isEmpty)
    }
}
