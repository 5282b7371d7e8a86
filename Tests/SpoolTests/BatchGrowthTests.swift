import Foundation
import PromptBatch
import SystemPackage
import Testing

@testable import Spool

/// Files that are written on after their claim.
@Suite struct BatchGrowthTests {
    private static func line(_ id: String) -> String { #"{"id":"\#(id)","prompt":"ask \#(id)"}"# }

    private func append(_ text: String, to path: String) throws {
        let file = try FileWriter(creating: path, .appended)
        try file.write(text.utf8)
        try file.finish()
    }

    private func readOn(
        _ batch: BatchRecord, _ spool: TestSpool, _ ledger: Ledger, isFinal: Bool = false
    ) async throws -> BatchGrowth {
        let now = try #require(try await ledger.batch(sequence: batch.sequence))
        let ingest = BatchIngest(ledger: ledger, layout: spool.layout, maximumLineBytes: 1 << 20)
        return try await ingest.readOn(now, isFinal: isFinal) { _ in
            PromptAnnotation(group: "group", traits: [], expectedTokens: 10)
        }
    }

    private func waiting(_ batch: BatchRecord, _ ledger: Ledger) async throws -> [String] {
        try await ledger.waitingPrompts(of: batch.sequence, limit: 99).map { "\($0.key.line) \($0.customID)" }
    }

    @Test func whatIsAppendedBecomesPromptsOfTheSameBatch() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let file = try spool.claim("a.jsonl", Self.line("a") + "\n\n" + Self.line("b").dropLast(3))
        guard
            case .accepted(let batch, prompts: 1, rejected: 0) = try await spool.ingest(
                file, into: ledger, isFinal: false)
        else { throw TestFailure("not accepted") }
        #expect(try await readOn(batch, spool, ledger) == .unfinishedLine)
        try append(String(Self.line("b").suffix(3)) + "\nbad\n" + Self.line("c"), to: file.path)
        #expect(try await readOn(batch, spool, ledger) == .readOn)
        #expect(try await readOn(batch, spool, ledger) == .none)
        #expect(try await waiting(batch, ledger) == ["1 a", "3 b", "5 c"])
        try append("\n" + Self.line("d"), to: file.path)
        #expect(try await readOn(batch, spool, ledger) == .readOn)
        #expect(try await waiting(batch, ledger) == ["1 a", "3 b", "5 c", "6 d"])
        let now = try #require(try await ledger.batch(sequence: batch.sequence))
        #expect((now.promptCount, now.failedCount) == (5, 1))
    }

    /// A line that was given up before it was whole is not left beside what it became.
    @Test func aLineThatWasGivenUpIsReplacedByWhatItBecomes() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let file = try spool.claim("a.jsonl", Self.line("a") + "\n" + Self.line("b").dropLast(3))
        guard case .accepted(let batch, _, rejected: 1) = try await spool.ingest(file, into: ledger) else {
            throw TestFailure("not accepted")
        }
        try append(String(Self.line("b").suffix(3)) + "\n", to: file.path)
        #expect(try await readOn(batch, spool, ledger) == .readOn)
        #expect(try await waiting(batch, ledger) == ["1 a", "2 b"])
        let now = try #require(try await ledger.batch(sequence: batch.sequence))
        #expect((now.promptCount, now.failedCount) == (2, 0))
    }

    /// Many readers at once, as a publisher and who watches the file are.
    @Test func aPartIsReadOnce() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await spool.accept("a.jsonl", Self.line("a") + "\n", into: ledger)
        let path = spool.layout.inputDirectory(batch: batch.id) + "/a.jsonl"
        try append((0..<2000).map { Self.line("p\($0)") + "\n" }.joined(), to: path)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = try await readOn(batch, spool, ledger) } }
            try await group.waitForAll()
        }
        #expect(try await readOn(batch, spool, ledger) == .none)
        let now = try #require(try await ledger.batch(sequence: batch.sequence))
        #expect((now.promptCount, now.openCount) == (2001, 2001))
    }

    @Test func nothingIsAddedToABatchThatIsBeingPublished() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await spool.accept("a.jsonl", Self.line("a") + "\n", into: ledger)
        try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 1)])
        _ = try #require(try await ledger.beginPublishing(batch.sequence))
        try append(Self.line("b") + "\n", to: spool.layout.inputDirectory(batch: batch.id) + "/a.jsonl")
        #expect(try await readOn(batch, spool, ledger) == .none)
        #expect(try await ledger.batch(sequence: batch.sequence)?.promptCount == 1)
    }

    /// Publishes a batch of one answered prompt.
    private func publish(_ text: String, _ spool: TestSpool, _ ledger: Ledger) async throws -> BatchRecord {
        let batch = try await spool.accept("a.jsonl", text, into: ledger)
        try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 1)])
        let taken = try #require(try await ledger.beginPublishing(batch.sequence))
        _ = try await BatchPublisher(ledger: ledger, layout: spool.layout).publish(taken)
        return try #require(try await ledger.batch(sequence: batch.sequence))
    }

    @Test func whatIsAppendedAfterPublishingRunsAsAFurtherBatch() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let continuation = BatchContinuation(ledger: ledger, layout: spool.layout)
        let done = try await publish(Self.line("a"), spool, ledger)
        #expect(try await continuation.begin(done) == nil)
        try append("\n", to: spool.layout.done + "/a.jsonl")
        #expect(try await continuation.begin(done) == nil, "a newline is nothing to be run")
        try append(Self.line("b") + "\n", to: spool.layout.done + "/a.jsonl")
        let next = try #require(try await continuation.begin(done))
        #expect(try await continuation.begin(done) == nil, "once")
        // A crash in between: the recorded batch finds its file.
        let file = try #require(try await continuation.take(fileOf: next))
        #expect(try await continuation.take(fileOf: next) == nil)
        guard case .accepted(let batch, prompts: 1, rejected: 0) = try await spool.ingest(file, into: ledger)
        else { throw TestFailure("not accepted") }
        #expect(try await waiting(batch, ledger) == ["2 b"])
        #expect(try spool.names(in: spool.layout.done).isEmpty)
    }

    /// What was published, what is appended before a look, what before the next one, and what runs in the end.
    @Test(arguments: [
        (line("a"), "\n", "", "2 b"), (line("a") + "\n", "\n\n", "", "4 b"),
        (line("a") + "\n", " ", "", "2 b"),
        (line("a") + "\n  ", "", "", "2 b"), (line("a") + "\n \n", "", "", "3 b"),
        (line("a") + "\n{", "\n\n", "", "4 b"), (line("a") + "\n{", "", "given up}\n", "3 b"),
    ])
    func blanksAfterPublishingAreCounted(
        published: String, blanks: String, last: String, expected: String
    ) async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let continuation = BatchContinuation(ledger: ledger, layout: spool.layout)
        var done = try await publish(published, spool, ledger)
        try append(blanks, to: spool.layout.done + "/a.jsonl")
        #expect(try await continuation.begin(done) == nil, "nothing to be run")
        done = try #require(try await ledger.batch(sequence: done.sequence))
        try append(last + Self.line("b") + "\n", to: spool.layout.done + "/a.jsonl")
        let next = try #require(try await continuation.begin(done))
        let file = try #require(try await continuation.take(fileOf: next))
        guard case .accepted(let batch, prompts: 1, rejected: 0) = try await spool.ingest(file, into: ledger)
        else { throw TestFailure("not accepted") }
        #expect(try await waiting(batch, ledger) == [expected])
    }

    @Test func aRefusedFileThatIsWrittenOnIsReadAgain() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let file = try spool.claim("a.jsonl", "{\"pro")
        guard case .unfinished = try await spool.ingest(file, into: ledger, isFinal: false) else {
            throw TestFailure("not held")
        }
        guard case .unreadable(let batch, let problems) = try await spool.ingest(file, into: ledger) else {
            throw TestFailure("accepted")
        }
        try await BatchPublisher(ledger: ledger, layout: spool.layout).reject(batch, problems: problems)
        let refused = try #require(try await ledger.batch(sequence: batch.sequence))
        try append("mpt\":\"a\"}\n", to: spool.layout.failed + "/a.jsonl")
        let continuation = BatchContinuation(ledger: ledger, layout: spool.layout)
        let next = try #require(try await continuation.begin(refused))
        let again = try #require(try await continuation.take(fileOf: next))
        #expect(try spool.names(in: spool.layout.failed).isEmpty, "nor its report")
        guard case .accepted(let accepted, prompts: 1, _) = try await spool.ingest(again, into: ledger) else {
            throw TestFailure("not accepted")
        }
        #expect(try await waiting(accepted, ledger) == ["1 line-1"])
    }

    /// A document is one prompt: what was asked before it was whole is asked again.
    @Test func aDocumentThatHasGrownRunsAgain() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await spool.accept("a.txt", "Write a ", into: ledger)
        let path = spool.layout.inputDirectory(batch: batch.id) + "/a.txt"
        try append("poem.", to: path)
        #expect(try await readOn(batch, spool, ledger) == .none, "it is being answered")
        try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 1)])
        #expect(try await readOn(batch, spool, ledger) == .readOn)
        let prompts = try await ledger.waitingPrompts(of: batch.sequence, limit: 9)
        #expect(prompts.map(\.length) == [13])
        #expect(try await ledger.batch(sequence: batch.sequence)?.answeredCount == 0)
    }

    @Test func aFileCutShortIsNotReadOn() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await spool.accept("a.jsonl", Self.line("a") + "\n" + Self.line("b"), into: ledger)
        try #require(truncate(spool.layout.inputDirectory(batch: batch.id) + "/a.jsonl", 3) == 0)
        #expect(try await readOn(batch, spool, ledger, isFinal: true) == .none)
        #expect(try await waiting(batch, ledger) == ["1 a", "2 b"], "their digests tell")
    }
}
