import Foundation
import PromptBatch
import Testing

@testable import Spool

@Suite struct RejectionTests {
    private func unreadable(_ spool: TestSpool, _ ledger: Ledger, name: String) async throws -> BatchRecord {
        let result = try await spool.ingest(try spool.claim(name, "nothing\n"), into: ledger)
        guard case .unreadable(let batch, _) = result else { throw TestFailure("\(result)") }
        return batch
    }

    private func report(_ path: String) throws -> InputErrorReport {
        let data = try Data(contentsOf: URL(fileURLWithPath: path))
        return try JSONDecoder().decode(InputErrorReport.self, from: data)
    }

    @Test func theInputEndsInFailedWithItsReasonBesideIt() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let publisher = BatchPublisher(ledger: ledger, layout: spool.layout)
        for expected in ["a.jsonl", "a-2.jsonl"] {
            let batch = try await unreadable(spool, ledger, name: "a.jsonl")
            let problems: [PromptProblem] = [
                .noReadablePrompt(lines: 1, first: nil), .lineTooLong(line: 1, limit: 5),
            ]
            let path = try #require(try await publisher.reject(batch, problems: problems))
            #expect(path == spool.layout.failed + "/" + expected)
            #expect(try spool.text(of: path) == "nothing\n")
            let report = try report(path + ".error.json")
            #expect(report.input == "a.jsonl")
            #expect(report.problem.code == "no_readable_prompt")
            #expect(report.problems.map(\.code) == ["line_too_long"])
            #expect(try await ledger.batch(id: batch.id)?.state == .failed)
        }
        #expect(try spool.names(in: spool.layout.active).isEmpty)
        #expect(try spool.names(in: spool.layout.failed).count == 4)
    }

    @Test func theLongestNamesAreRejected() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await unreadable(spool, ledger, name: String(repeating: "n", count: 249) + ".jsonl")
        let path = try #require(
            try await BatchPublisher(ledger: ledger, layout: spool.layout)
                .reject(batch, problems: [.emptyFile]))
        #expect(try spool.text(of: path) == "nothing\n")
        let reports = try spool.names(in: spool.layout.failed).filter { $0.hasSuffix(".error.json") }
        #expect(reports.count == 1)
    }

    /// A kill before the move leaves a report without its input; the file is read and refused again.
    @Test func anInterruptedRejectionIsRepeated() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let failed = spool.layout.failed
        try Data("another".utf8).write(to: URL(fileURLWithPath: failed + "/a.jsonl"))
        let batch = try await unreadable(spool, ledger, name: "a.jsonl")
        let own = InputErrorReport(batchID: batch.id, input: "a.jsonl", problem: .emptyFile)
        try Data(own.serialized()).write(to: URL(fileURLWithPath: failed + "/a-2.jsonl.error.json"))
        let path = try await BatchPublisher(ledger: ledger, layout: spool.layout)
            .reject(batch, problems: [.emptyFile])
        #expect(path == failed + "/a-2.jsonl")
        #expect(try report(failed + "/a-2.jsonl.error.json").problem.code == "empty_file")
        #expect(try spool.names(in: failed) == ["a-2.jsonl", "a-2.jsonl.error.json", "a.jsonl"])
    }

    /// A file may be called as the report of another.
    @Test func aRefusedFileIsNotReplacedByTheReportOfAnother() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let failed = spool.layout.failed
        let publisher = BatchPublisher(ledger: ledger, layout: spool.layout)
        for name in ["a.jsonl.error.json", "a.jsonl"] {
            let batch = try await unreadable(spool, ledger, name: name)
            try await publisher.reject(batch, problems: [.emptyFile])
        }
        #expect(
            try spool.names(in: failed) == [
                "a-2.jsonl", "a-2.jsonl.error.json", "a.jsonl.error.json", "a.jsonl.error.json.error.json",
            ])
        #expect(try spool.text(of: failed + "/a.jsonl.error.json") == "nothing\n")
        #expect(try report(failed + "/a-2.jsonl.error.json").input == "a.jsonl")
    }

    /// A kill after the move: nothing is left to do but to end the batch.
    @Test func aRejectionWhoseInputWasMovedIsEnded() async throws {
        let spool = try TestSpool()
        let ledger = try spool.openLedger()
        let batch = try await unreadable(spool, ledger, name: "a.jsonl")
        let publisher = BatchPublisher(ledger: ledger, layout: spool.layout)
        try await publisher.reject(batch, problems: [.emptyFile])
        let names = try spool.names(in: spool.layout.failed)
        #expect(try await publisher.reject(batch, problems: [.emptyFile]) == nil)
        #expect(try spool.names(in: spool.layout.failed) == names)
        #expect(try await ledger.openBatches().isEmpty)
    }
}
