import Foundation
import PromptBatch
import Spool
import TestSupport
import Testing

@Suite("Cancelling and running again, on the real engine", .serialized)
struct ControlTests {
    /// Runs the built tool and reads its JSON.
    private func tool(_ site: TestSite, _ arguments: [String]) async throws -> (status: Int32, ControlReply) {
        let run = try await ProgramRun(
            TestPaths.program("draftspool"), arguments + ["--json", "--config", site.configFile])
        return (run.status, try JSONDecoder().decode(ControlReply.self, from: Data(run.output.utf8)))
    }

    /// A prompt that is served first and takes its time.
    private func long(_ id: String, tokens: Int = 3500) -> String {
        #"{"id": "\#(id)", "prompt": "Write a story about a lighthouse.", "max_tokens": \#(tokens), "#
            + #""temperature": 0.8, "ignore_eos": true, "draftspool": {"priority": 9}}"# + "\n"
    }

    private func codes(_ output: BatchOutput) -> Set<String> { Set(output.errors.compactMap(\.error?.code)) }

    @Test("A cancelled batch ends at once, with a named error for every prompt that has no answer")
    func cancelBatch() async throws {
        let site = try TestSite(engine: "  slots: 1", context: 4096)
        try await site.start()
        try site.drop("long.jsonl", Prompts.stories(30, tokens: 3500))
        try await site.wait("a prompt is in flight") { (try site.status()?.running ?? 0) >= 1 }
        let (status, reply) = try await tool(site, ["cancel", "long.jsonl"])
        #expect(status == 0 && reply.isDone && reply.aborted == 1)
        let output = try await site.output("long")
        #expect(output.answers.count + output.errors.count == 30)
        #expect(output.errors.count == reply.prompts)
        #expect(codes(output) == ["cancelled"])
        try await site.wait("nothing runs") { try site.status().map { $0.running + $0.queued } == 0 }
        let (again, refusal) = try await tool(site, ["cancel", "long"])
        #expect(again == 1 && !refusal.isDone && refusal.message.contains("finished"))
        try site.drop("after.jsonl", Prompts.code(1))
        #expect(try await site.output("after").answeredIDs == ["code-0"])
    }

    @Test("Single prompts are cancelled, in flight or waiting, and run again in their batch")
    func cancelAndRetryPrompts() async throws {
        let site = try TestSite(engine: "  slots: 1", context: 32768)
        try await site.start()
        try site.drop(
            "mixed.jsonl",
            // The first outlasts three calls of the tool on whatever machine.
            long("story-0", tokens: 30_000) + long("story-1") + long("code-0", tokens: 100)
                + #"{"id": "code-1", "prompt": "Add two numbers.", "max_tokens": 8}"#)
        try await site.wait("a prompt is in flight") { (try site.status()?.running ?? 0) >= 1 }
        let (status, reply) = try await tool(
            site, ["cancel", "mixed", "--prompt", "code-0", "--prompt", "story-1", "--prompt", "nobody"])
        #expect(status == 3 && reply.prompts == 2 && reply.unknown == ["nobody"])
        let (_, retried) = try await tool(site, ["retry", "mixed", "--prompt", "code-0"])
        #expect(retried.isDone && retried.prompts == 1)
        _ = try await tool(site, ["cancel", "mixed", "--prompt", "story-0"])
        let output = try await site.output("mixed")
        #expect(output.answeredIDs == ["code-0", "code-1"])
        #expect(output.errors.compactMap(\.customID) == ["story-0", "story-1"])
        #expect(codes(output) == ["cancelled"])
    }

    @Test("The failed prompts of a finished batch become a new batch with the same ids")
    func retryFinishedBatch() async throws {
        let site = try TestSite(engine: "  slots: 1", context: 4096)
        try await site.start()
        let lines = long("story-0") + long("story-1")
        try site.drop("night.jsonl", lines + "no JSON\n")
        try await site.wait("a prompt is in flight") { (try site.status()?.running ?? 0) >= 1 }
        _ = try await tool(site, ["cancel", "night"])
        let first = try await site.output("night")
        #expect(first.errors.compactMap(\.error?.code).contains("cancelled"))
        let (status, reply) = try await tool(site, ["retry", first.directory, "--prompt", "story-1"])
        #expect(status == 0 && reply.file == "night-retry.jsonl" && reply.prompts == 1)
        let second = try await site.output("night-retry")
        #expect(second.answeredIDs == ["story-1"])
        #expect(try BatchOutput(directory: first.directory).errors.count == 3)
        let (none, refusal) = try await tool(site, ["retry", "night-retry"])
        #expect(none == 1 && refusal.message.contains("failed"))
        let (unknown, missing) = try await tool(site, ["retry", "nothing-like-it"])
        #expect(unknown == 1 && missing.message == "there is no batch nothing-like-it")
    }

    @Test("A crash between a request and the new file neither loses the request nor carries it out twice")
    func retryAcrossCrash() async throws {
        let site = try TestSite(engine: "  slots: 1", context: 4096)
        try await site.start()
        try site.drop("night.jsonl", long("story-0") + long("story-1"))
        try await site.wait("a prompt is in flight") { (try site.status()?.running ?? 0) >= 1 }
        let (_, cancelled) = try await tool(site, ["cancel", "night"])
        let batch = try #require(cancelled.batch)
        _ = try await site.output("night")
        site.signal(SIGTERM)
        _ = try await site.waitForExit()

        let box = ControlBox(layout: site.layout)
        let staged = "/.retry-\(batch)."
        // Staged in full, request removed, but not yet visible.
        try write(Prompts.code(1), site.layout.incoming + staged + "gone.staged")
        // Staged in full and in part, while the request still waits.
        let waiting = try box.ask(ControlRequest(action: .retry, batch: batch, prompts: ["story-1"]))
        // What looks like it and is no file is somebody else's.
        let other = site.layout.incoming + "/.retry-a.b.partial"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: false)
        try write("no JSON", site.layout.incoming + staged + waiting + ".staged")
        try write(#"{"id": "#, site.layout.incoming + staged + "cut.partial")
        // Carried out, replied to, but not yet removed.
        let answered = try box.ask(ControlRequest(action: .retry, batch: batch))
        try box.reply(ControlReply(isDone: true, message: "done before"), to: answered)
        #expect(try box.takeReply(to: answered) == nil)

        try await site.start()
        let first = try await site.output("night-retry")
        let second = try await site.output("night-retry-2")
        #expect(Set([first.answeredIDs, second.answeredIDs]) == [["code-0"], ["story-1"]])
        try await site.wait("the requests are gone") { try box.waiting().isEmpty }
        #expect(try box.takeReply(to: "gone")?.file == "night-retry.jsonl")
        #expect(try box.takeReply(to: waiting)?.prompts == 1)
        #expect(try box.takeReply(to: answered)?.message == "done before")
        try await site.wait("nothing else is left") {
            try FileManager.default.contentsOfDirectory(atPath: site.layout.incoming) == [
                ".retry-a.b.partial"
            ]
        }
        let outputs = try FileManager.default.contentsOfDirectory(atPath: site.layout.output)
        #expect(Set(outputs) == ["night", "night-retry", "night-retry-2"])
    }

    private func write(_ text: String, _ path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }
}
