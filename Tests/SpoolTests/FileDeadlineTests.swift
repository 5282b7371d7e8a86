import Foundation
import PromptBatch
import Testing

@testable import Spool

@Suite("The deadline of a file as a whole")
struct FileDeadlineTests {
    /// Whether the file system of the tests keeps attributes at all.
    static let isSupported: Bool = {
        guard let spool = try? TestSpool(),
            let writer = try? FileWriter(creating: spool.layout.incoming + "/probe")
        else { return false }
        return (try? writer.setDeadline(.within(.seconds(1)))) != nil
    }()

    /// A claimed file with the attribute.
    private func claim(_ spool: TestSpool, _ name: String, _ text: String, _ deadline: Deadline) throws
        -> ClaimedFile
    {
        let writer = try FileWriter(creating: spool.layout.incoming + "/" + name)
        try writer.setDeadline(deadline)
        try writer.write(text.utf8)
        try writer.finish()
        return try #require(
            try ClaimedFile.claim(FileName(name), as: ClaimedFile.makeID(on: LinuxDisk()), in: spool.layout))
    }

    private func waiting(_ ledger: Ledger, _ batch: BatchRecord) async throws -> [QueuedPrompt] {
        try await ledger.waitingPrompts(of: batch.sequence, limit: 100)
    }

    @Test(
        "holds for its prompts that have none of their own, and goes where the file goes",
        .enabled(if: isSupported))
    func ofAllPrompts() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let text = """
            {"prompt":"a"}
            {"prompt":"b","draftspool":{"completion_window":"1h"}}
            {"prompt":"c","draftspool":{"deadline":"2099-01-01T00:00:00Z"}}
            """
        let file = try claim(spool, "a.jsonl", text, .within(.seconds(86_400)))
        guard case .accepted(let batch, 3, 0) = try await spool.ingest(file, into: ledger) else {
            throw TestFailure("it was not accepted")
        }
        let prompts = try await waiting(ledger, batch)
        #expect(
            prompts.map(\.deadline) == [
                batch.claimedAt.addingTimeInterval(86_400), batch.claimedAt.addingTimeInterval(3600),
                Date(timeIntervalSince1970: 4_070_908_800),
            ])
        #expect(prompts.map(\.hasWindow) == [true, true, false])
        #expect(batch.fileDeadline == .within(.seconds(86_400)))
        #expect(batch.deadline == batch.claimedAt.addingTimeInterval(3600))
        #expect(try InputFile(path: file.path).deadline().get() == .within(.seconds(86_400)))
    }

    @Test("a restart while the file is read does not extend it", .enabled(if: isSupported))
    func readAgain() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let claimed = try claim(spool, "a.jsonl", "{\"prompt\":\"a\"}\n", .within(.seconds(60)))
        let first = try await ledger.beginBatch(
            id: claimed.batchID, name: claimed.name, inode: claimed.inode, format: .simpleJSONL,
            claimedAt: claimed.claimedAt.addingTimeInterval(-50), deadline: .within(.seconds(60)))
        // What the start finds in `active/` has the time of a look at the file.
        let found = try #require(try ClaimedFile.existing(in: spool.layout).first)
        #expect(found.batchID == first.id)
        guard case .accepted(let batch, 1, 0) = try await spool.ingest(found, into: ledger) else {
            throw TestFailure("it was not accepted")
        }
        let prompt = try #require(try await waiting(ledger, batch).first)
        #expect(prompt.deadline == first.claimedAt.addingTimeInterval(60))
        #expect(prompt.isOverdue(at: first.claimedAt.addingTimeInterval(60)))
        #expect(!prompt.isOverdue(at: first.claimedAt.addingTimeInterval(59.9)))
    }

    @Test(
        "what somebody wrote there and is no deadline is a named problem of the file",
        .enabled(if: isSupported))
    func invalid() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let writer = try FileWriter(creating: spool.layout.incoming + "/a.jsonl")
        try writer.setAttribute(FileDeadline.attribute, to: "soon")
        try writer.write("{\"prompt\":\"a\"}\n".utf8)
        try writer.finish()
        let file = try #require(
            try ClaimedFile.claim(
                FileName("a.jsonl"), as: ClaimedFile.makeID(on: LinuxDisk()), in: spool.layout))
        guard case .unreadable(_, let problems) = try await spool.ingest(file, into: ledger) else {
            throw TestFailure("it was accepted")
        }
        #expect(problems.first?.code == "wrong_type")
        #expect(problems.first?.field == "user.draftspool.deadline")
        #expect(problems.first?.message.contains("\"soon\"") == true)
    }

    @Test("a file without it has none")
    func none() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await spool.accept("a.jsonl", "{\"prompt\":\"a\"}\n", into: ledger)
        #expect(batch.fileDeadline == nil && batch.deadline == nil)
        #expect(try await waiting(ledger, batch).map(\.deadline) == [nil])
        #expect(try await ledger.nextDeadline() == nil)
    }
}
