import JSON
import Foundation
import PromptBatch
import Testing

@testable import Spool

@Suite struct BatchIngestTests {
    private func problems(_ result: BatchIngest.Result) throws -> [PromptProblem] {
        guard case .unreadable(_, let problems) = result else { throw TestFailure("accepted: \(result)") }
        return problems
    }

    private func ingest(_ name: String, _ bytes: [UInt8], limit: Int = 1 << 20) async throws
        -> BatchIngest.Result
    {
        let spool = try TestSpool()
        return try await spool.ingest(
            try spool.claim(name, bytes), into: try spool.openLedger(), limit: limit)
    }

    @Test(arguments: [
        (
            "batch.jsonl",
            #"{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"messages":[{"role":"user","content":"hi"}]}}"#,
            BatchFormat.openAIBatch, "a"
        ),
        ("simple.jsonl", #"{"prompt":"hi"}"#, .simpleJSONL, "line-1"),
        ("note.txt", "Tell me a story.\nA long one.", .text, "note"),
        ("note.md", "---\npriority: 3\n---\n# Tell me\n", .markdown, "note"),
    ])
    func everyFormatIsRead(name: String, text: String, format: BatchFormat, id: String) async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await spool.accept(name, text, into: ledger)
        #expect(batch.format == format)
        let stored = try #require(try await ledger.batch(id: batch.id))
        #expect(stored.state == .running)
        #expect(stored.promptCount == 1)
        let groups = try await ledger.backlog()
        #expect(groups.map(\.traits) == [Array(id.utf8)])
        let waiting = try await ledger.queued(
            batch: batch.sequence, group: "group", priority: groups[0].priority, after: 0, limit: 9)
        #expect(waiting.map(\.length) == [text.utf8.count])
    }

    @Test func badLinesHaveTheirEntryAndTheOthersRun() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let text = """
            {"id": "a", "prompt": "one"}

            no JSON
            {"id": "a", "prompt": "again"}
            {"prompt": "two", "stream": true}
            {"prompt": ""}
            {"prompt": "three"}
            """
        let result = try await spool.ingest(try spool.claim("a.jsonl", text), into: ledger)
        guard case .accepted(let batch, prompts: 6, rejected: 4) = result else {
            throw TestFailure("\(result)")
        }
        let entries = Collected<OutputLine>()
        try await ledger.forEachOutcome(of: batch.sequence, isWhole: false) {
            if $0.isUnreadable, !$0.outputLine.isEmpty {
                entries.append(try OutputLine(reading: $0.outputLine))
            }
        }
        #expect(entries.values.map { $0.error?.line } == [3, 4, 5, 6])
        #expect(
            entries.values.map { $0.error?.code } == [
                "invalid_json", "duplicate_custom_id", "stream_unsupported", "missing_prompt",
            ])
        #expect(entries.values.allSatisfy { $0.error?.remedy?.isEmpty == false })
        let waiting = try await ledger.queued(
            batch: batch.sequence, group: "group", priority: 0, after: 0, limit: 9)
        #expect(waiting.map(\.key.line) == [1, 7])
    }

    @Test func invalidUTF8IsOneLinesProblem() async throws {
        let bytes =
            Array("{\"prompt\":\"good, and long enough to be text\"}\n{\"prompt\":\"".utf8) + [0xFF]
            + Array("\"}\n".utf8)
        guard case .accepted(_, prompts: 2, rejected: 1) = try await ingest("a.jsonl", bytes) else {
            throw TestFailure("the good line does not run")
        }
    }

    @Test func aLineOverTheLimitIsOneLinesProblem() async throws {
        let long = "{\"prompt\":\"" + String(repeating: "x", count: 500) + "\"}"
        let result = try await ingest("a.jsonl", Array("{\"prompt\":\"a\"}\n\(long)\n".utf8), limit: 200)
        guard case .accepted(_, prompts: 2, rejected: 1) = result else { throw TestFailure("\(result)") }
    }

    @Test(arguments: [
        ("empty.jsonl", [UInt8](), "empty_file"),
        ("blank.txt", Array("\n \n".utf8), "empty_file"),
        ("binary.jsonl", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0], "binary_file"),
        ("zeros.txt", [UInt8](repeating: 0, count: 4096), "binary_file"),
        ("bad.jsonl", Array("{\"prompt\":\nnothing\n".utf8), "no_readable_prompt"),
        ("long.txt", [UInt8](repeating: UInt8(ascii: "x"), count: 3_000), "document_too_long"),
    ])
    func aFileWithoutAPromptIsUnreadable(name: String, bytes: [UInt8], code: String) async throws {
        let problems = try problems(try await ingest(name, bytes, limit: 2_000))
        #expect(problems.first?.code == code)
        #expect(problems.first?.remedy.isEmpty == false)
    }

    @Test func onlyTheFirstProblemsAreReported() async throws {
        let text = (1...1_000).map { "bad line \($0)" }.joined(separator: "\n")
        let problems = try problems(try await ingest("a.jsonl", Array(text.utf8)))
        #expect(problems.count == 21)
        #expect(problems.dropFirst().map(\.line) == (1...20).map(Optional.some))
    }

    @Test func aLinkInPlaceOfTheFileIsNotRead() async throws {
        let spool = try TestSpool()
        let file = try spool.claim("a.jsonl", "{\"prompt\":\"a\"}")
        try #require(unlink(file.path) == 0 && symlink("/etc/passwd", file.path) == 0)
        let problems = try problems(try await spool.ingest(file, into: try spool.openLedger()))
        #expect(problems.first?.code == "unreadable_file")
    }

    /// More lines than go into one transaction, some bad, some doubled.
    @Test func readingAgainAfterAnInterruptionGivesTheSameRows() async throws {
        let text = (1...1_200).map { line in
            line % 97 == 0 ? "bad" : "{\"id\":\"p\(line % 1_100)\",\"prompt\":\"\(line)\"}"
        }.joined(separator: "\n")
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let file = try spool.claim("a.jsonl", text)
        _ = try await spool.ingest(file, into: ledger)
        let first = try await rows(ledger, id: file.batchID)
        try await ledger.execute("DELETE FROM prompt WHERE line > 600")
        try await ledger.execute("UPDATE batch SET state = 'ingesting'")
        let found = try #require(try ClaimedFile.existing(in: spool.layout).first)
        guard case .accepted(let batch, prompts: 1_200, _) = try await spool.ingest(found, into: ledger)
        else { throw TestFailure("not accepted again") }
        #expect(try await rows(ledger, id: file.batchID) == first)
        #expect(batch.promptCount == 1_200)
        #expect(try await ledger.openBatches().count == 1)
    }

    @Test func explicitIDsWinWhereverTheyStandAndSoAfterReadingAgain() async throws {
        let lines = (1...1_200).map { line -> String in
            switch line % 4 {
            case 0: "{\"id\":\"line-\(line / 2)\",\"prompt\":\"takes one from above\"}"
            case 1: "{\"id\":\"line-\(min(1_200, line * 2))\",\"prompt\":\"takes one from below\"}"
            default: "{\"prompt\":\"has none\"}"
            }
        }
        let text = lines.joined(separator: "\n")
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let file = try spool.claim("a.jsonl", text)
        _ = try await spool.ingest(file, into: ledger)
        let first = try await rows(ledger, id: file.batchID)
        #expect(first.contains { $0.hasPrefix("300 line-150 ") })
        #expect(first.contains { $0.hasPrefix("150 line-150-2 ") })
        #expect(first.contains { $0.hasPrefix("5 line-10 ") })
        #expect(first.contains { $0.hasPrefix("10 line-10-2 ") })
        #expect(first.last?.hasPrefix("1200 ") == true)
        try await ledger.execute("DELETE FROM prompt WHERE line > 700")
        try await ledger.execute("UPDATE batch SET state = 'ingesting'")
        let found = try #require(try ClaimedFile.existing(in: spool.layout).first)
        _ = try await spool.ingest(found, into: ledger)
        #expect(try await rows(ledger, id: file.batchID) == first)
    }

    @Test func idsThatDifferInNormalisationAreTwo() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let text = "{\"id\":\"\u{E9}\",\"prompt\":\"one\"}\n{\"id\":\"e\u{301}\",\"prompt\":\"two\"}"
        let batch = try await spool.accept("a.jsonl", text, into: ledger)
        #expect(try await ledger.batch(id: batch.id)?.openCount == 2)
    }

    private func rows(_ ledger: Ledger, id: String) async throws -> [String] {
        let batch = try #require(try await ledger.batch(id: id))
        let rows = Collected<String>()
        try await ledger.forEachOutcome(of: batch.sequence, isWhole: false) {
            rows.append("\($0.line) \($0.isUnreadable) " + String(decoding: $0.outputLine, as: UTF8.self))
        }
        let waiting = try await ledger.queued(
            batch: batch.sequence, group: "group", priority: 0, after: 0, limit: 10_000)
        return rows.values + waiting.map { "\($0.key.line) \($0.customID) \($0.offset) \($0.length)" }
            + ["\(batch.promptCount) \(batch.failedCount)"]
    }
}
