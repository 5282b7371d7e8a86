import Foundation
import PromptBatch
import SystemPackage
import Testing

@testable import Spool

@Suite struct BatchPublisherTests {
    private static let threePrompts = "{\"prompt\":\"a\"}\nbad\n{\"prompt\":\"b\"}\n{\"prompt\":\"c\"}\n"

    /// A batch of three prompts and a bad line, every prompt with its outcome, given out of order.
    private func finished(_ spool: TestSpool, _ ledger: Ledger, name: String = "a.jsonl") async throws
        -> BatchRecord
    {
        let batch = try await spool.accept(name, Self.threePrompts, into: ledger)
        _ = try await ledger.record([
            SampleOutcomes.answer(batch.sequence, line: 4), SampleOutcomes.failure(batch.sequence, line: 3),
            SampleOutcomes.answer(batch.sequence, line: 1),
        ])
        return try #require(try await ledger.batch(sequence: batch.sequence))
    }

    private func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test func everyPromptIsInOneFileInInputOrder() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await finished(spool, ledger)
        let (summary, directory) = try await BatchPublisher(ledger: ledger, layout: spool.layout).publish(
            batch)
        #expect(directory == spool.layout.output + "/a")
        let answers = try lines(directory + "/output.jsonl").map { try OutputLine(reading: Array($0.utf8)) }
        #expect(answers.map(\.customID) == ["line-1", "line-4"])
        let errors = try lines(directory + "/errors.jsonl").map { try OutputLine(reading: Array($0.utf8)) }
        #expect(errors.map { $0.error?.line } == [2, 3])
        let timings = try lines(directory + "/timing.jsonl")
            .map { try JSONDecoder().decode(TimingRecord.self, from: Data($0.utf8)) }
        #expect(timings.map(\.line) == [1, 4])
        let input = try #require(
            try LinuxDisk().status(of: FilePath(spool.layout.done + "/a.jsonl")))
        #expect(
            summary.inputFile
                == FileIdentity(inode: batch.inode, bytes: input.size, modifiedAt: input.modifiedAt))
        #expect(summary.totals.prompts == 3)
        #expect(summary.totals.succeeded == 2)
        #expect(summary.totals.failed == 1)
        #expect(summary.totals.unreadable == 1)
        #expect(
            try spool.names(in: directory) == [
                "errors.jsonl", "output.jsonl", "summary.json", "timing.jsonl",
            ])
        #expect(try spool.text(of: spool.layout.done + "/a.jsonl") == Self.threePrompts)
        #expect(try spool.names(in: spool.layout.active).isEmpty)
        #expect(try await ledger.batch(sequence: batch.sequence)?.state == .done)
        #expect(try TestSpool.mode(of: directory + "/output.jsonl") & 0o037 == 0)
    }

    @Test func namesAreNeverOverwritten() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let publisher = BatchPublisher(ledger: ledger, layout: spool.layout)
        try Data("precious".utf8).write(to: URL(fileURLWithPath: spool.layout.output + "/a-2"))
        var directories: [String] = []
        for _ in 0..<3 {
            directories.append(try await publisher.publish(try await finished(spool, ledger)).directory)
        }
        #expect(directories.map { ($0 as NSString).lastPathComponent } == ["a", "a-3", "a-4"])
        #expect(try spool.text(of: spool.layout.output + "/a-2") == "precious")
        #expect(try spool.names(in: spool.layout.done) == ["a-2.jsonl", "a-3.jsonl", "a.jsonl"])
    }

    @Test func theLongestNamesArePublished() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let publisher = BatchPublisher(ledger: ledger, layout: spool.layout)
        let name = String(repeating: "n", count: 255)
        for _ in 0..<2 { _ = try await publisher.publish(try await finished(spool, ledger, name: name)) }
        #expect(try spool.names(in: spool.layout.output).count == 2)
        #expect(try spool.names(in: spool.layout.done).count == 2)
    }

    /// What a kill leaves behind at each step of publishing, in the order of the steps.
    enum Interruption: CaseIterable {
        case whileWriting, beforeRename, afterRename, afterInputMoved, afterDirectoryRemoved
    }

    @Test(arguments: Interruption.allCases)
    func interruptedPublishingGoesOn(at step: Interruption) async throws {
        let spool = try TestSpool()
        let layout = spool.layout
        let ledger = try spool.openLedger()
        let publisher = BatchPublisher(ledger: ledger, layout: layout)
        let batch = try await finished(spool, ledger)
        let whole = try await publisher.publish(batch).directory
        let input = layout.inputDirectory(batch: batch.id)
        let isNamed = step != .whileWriting
        try await ledger.undoPublishing(
            of: batch.sequence, state: isNamed ? .publishing : .running, outputName: isNamed ? "a" : nil,
            outcomes: [
                SampleOutcomes.answer(batch.sequence, line: 1),
                SampleOutcomes.failure(batch.sequence, line: 2),
                SampleOutcomes.failure(batch.sequence, line: 3),
                SampleOutcomes.answer(batch.sequence, line: 4),
            ])
        if step != .afterDirectoryRemoved {
            try #require(
                mkdir(layout.activeDirectory(batch: batch.id), 0o750) == 0 && mkdir(input, 0o750) == 0)
        }
        if step == .whileWriting || step == .beforeRename || step == .afterRename {
            try #require(rename(layout.done + "/a.jsonl", input + "/a.jsonl") == 0)
        }
        if step == .whileWriting || step == .beforeRename {
            try #require(rename(whole, layout.output + "/.\(batch.id).part") == 0)
        }
        if step == .whileWriting {
            try #require(unlink(layout.output + "/.\(batch.id).part/summary.json") == 0)
        }
        let resumed = try #require(try await ledger.batch(sequence: batch.sequence))
        let (summary, directory) = try await publisher.publish(resumed)
        #expect(directory == layout.output + "/a")
        #expect(summary.totals.succeeded == 2)
        #expect(try spool.names(in: layout.output) == ["a"])
        #expect(try lines(directory + "/output.jsonl").count == 2)
        #expect(try spool.names(in: layout.done) == ["a.jsonl"])
        #expect(try spool.names(in: layout.active).isEmpty)
        #expect(try await ledger.batch(sequence: batch.sequence)?.state == .done)
    }

    @Test func aTextInputGetsItsBareAnswer() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await spool.accept("poem.md", "Write a poem.", into: ledger)
        _ = try await ledger.record([SampleOutcomes.answer(batch.sequence, line: 1, text: "Roses are red.")])
        let stored = try #require(try await ledger.batch(sequence: batch.sequence))
        let directory = try await BatchPublisher(ledger: ledger, layout: spool.layout).publish(stored)
            .directory
        #expect(try spool.text(of: directory + "/answer.md") == "Roses are red.\n")
    }

    /// A power cut may bring a staged output back after its batch has ended.
    @Test func stagedOutputIsRemovedAtTheStart() async throws {
        let spool = try TestSpool()
        let staged = spool.layout.output + "/.20260101-000000-00000000.part"
        try FileManager.default.createDirectory(atPath: staged, withIntermediateDirectories: false)
        try Data("half".utf8).write(to: URL(fileURLWithPath: staged + "/output.jsonl"))
        BatchPublisher(ledger: try spool.openLedger(), layout: spool.layout).removeStaged()
        #expect(try spool.names(in: spool.layout.output).isEmpty)
    }

    /// Retention may have taken `a.jsonl` away while `a-2.jsonl` is still there.
    @Test func anInputIsFoundWhereEarlierAlternativesOfItsNameAreGone() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let publisher = BatchPublisher(ledger: ledger, layout: spool.layout)
        _ = try await publisher.publish(try await finished(spool, ledger))
        let second = try await finished(spool, ledger)
        _ = try await publisher.publish(second)
        try #require(unlink(spool.layout.done + "/a.jsonl") == 0)
        #expect(try spool.layout.name(ofInputOf: second, in: spool.layout.done) == "a-2.jsonl")
    }

    /// A session whose last step was undone by a power cut finds its output in place, and outcomes that were swept.
    @Test func aPlacedOutputIsNotWrittenAgain() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let publisher = BatchPublisher(ledger: ledger, layout: spool.layout)
        let batch = try await finished(spool, ledger)
        let (summary, directory) = try await publisher.publish(batch)
        try await ledger.execute("UPDATE batch SET state = 'publishing', finished_at = NULL")
        let again = try #require(try await spool.openLedger().beginPublishing(batch.sequence))
        let (found, place) = try await publisher.publish(again)
        #expect(place == directory)
        #expect(found.batchID == summary.batchID)
        #expect(found.totals.prompts == summary.totals.prompts)
        #expect(try spool.names(in: spool.layout.output) == ["a"])
    }
}
