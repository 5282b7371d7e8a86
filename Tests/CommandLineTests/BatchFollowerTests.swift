import Foundation
import PromptBatch
import Spool
import Testing

@testable import draftspool

struct BatchFollowerTests {
    private let spool: TemporarySpool

    init() throws {
        spool = try TemporarySpool()
    }

    private func drop(_ name: String) throws -> BatchDrop {
        try spool.dropper().drop(
            try spool.write("{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n", to: name), as: nil)
    }

    private func batch(_ drop: BatchDrop, id: String, state: String, answered: Int, failed: Int) -> String {
        let output = state == "done" ? ",\"output_directory\":\"\(spool.layout.output)/job\"" : ""
        return """
            {"id":"\(id)","name":"\(drop.name)","inode":\(drop.inode),"state":"\(state)","prompts":2,\
            "answered":\(answered),"failed":\(failed)\(output)}
            """
    }

    @Test func aBatchIsFollowedToItsEnd() async throws {
        let drop = try drop("job.jsonl")
        try spool.writeStatus(batches: "[\(batch(drop, id: "b1", state: "running", answered: 1, failed: 0))]")
        var follower = BatchFollower(access: spool.access, unit: "draftspoold", drops: [drop], before: nil)
        var seen: [WaitProgress] = []
        let outcomes = try await follower.wait { progress in
            seen.append(progress)
            try? spool.writeStatus(
                batches: "[\(batch(drop, id: "b1", state: "done", answered: 1, failed: 1))]")
        }
        #expect(seen.first?.done == 1 && seen.first?.prompts == 2 && seen.first?.tokensPerSecond == 51.5)
        #expect(outcomes.map(\.answered) == [1] && outcomes.map(\.failed) == [1])
        #expect(outcomes.first?.directory == spool.layout.output + "/job")
    }

    @Test func anEarlierBatchOfTheSameNameAndInodeIsNotMistakenForIt() async throws {
        let drop = try drop("job.jsonl")
        let old = batch(drop, id: "old", state: "done", answered: 2, failed: 0)
        try spool.writeStatus(batches: "[\(old)]")
        let before = try SpoolStatus.read(from: spool.layout)
        var follower = BatchFollower(access: spool.access, unit: "draftspoold", drops: [drop], before: before)
        var notices: [String?] = []
        let outcomes = try await follower.wait { progress in
            notices.append(progress.notice)
            let new = batch(drop, id: "new", state: "done", answered: 1, failed: 1)
            try? spool.writeStatus(batches: "[\(new),\(old)]")
        }
        #expect(notices == ["waiting to be picked up"])
        #expect(outcomes.first?.failed == 1)
    }

    @Test func aBatchThatTheStatusDoesNotListAnyMoreIsFoundByItsFile() async throws {
        let drop = try drop("job.jsonl")
        try spool.writeStatus()
        _ = try LinuxDisk().move(
            spool.layout.incoming + "/job.jsonl", into: spool.layout.done, as: "job.jsonl")
        let sample = try SampleOutput(in: spool.layout.output)
        let search = BatchSearch(layout: spool.layout)
        let start = Date(timeIntervalSince1970: 1_763_999_999)
        let outcome = try #require(search.outcome(of: drop, since: start))
        #expect(outcome.directory == sample.directory && outcome.answered == 1 && outcome.failed == 2)
        #expect(search.outcome(of: drop, since: Date()) == nil)
    }

    /// Retention has removed what stood before it.
    @Test func aBatchIsFoundBehindAGapInTheNames() throws {
        let drop = try drop("job.jsonl")
        _ = try LinuxDisk().move(
            spool.layout.incoming + "/job.jsonl", into: spool.layout.done, as: "job-3.jsonl")
        let sample = try SampleOutput(in: spool.layout.output, name: "job-4")
        let search = BatchSearch(layout: spool.layout)
        let start = Date(timeIntervalSince1970: 1_763_999_999)
        #expect(try #require(search.outcome(of: drop, since: start)).directory == sample.directory)
    }

    @Test func aRefusalIsFoundBehindAGapInTheNames() throws {
        let drop = try drop("job.jsonl")
        _ = try LinuxDisk().move(
            spool.layout.incoming + "/job.jsonl", into: spool.layout.failed, as: "job-2.jsonl")
        let outcome = try #require(
            BatchSearch(layout: spool.layout).outcome(of: drop, since: Date(timeIntervalSince1970: 0)))
        #expect(outcome.isRefused && outcome.errorReport == spool.layout.failed + "/job-2.jsonl.error.json")
    }

    /// Many thousand files may have come before it.
    @Test func aFileThatWaitsToBePickedUpIsLookedForNowhereElse() async throws {
        let drop = try drop("job.jsonl")
        try spool.writeStatus()
        try #require(link(spool.layout.incoming + "/job.jsonl", spool.layout.failed + "/job.jsonl") == 0)
        var follower = BatchFollower(access: spool.access, unit: "draftspoold", drops: [drop], before: nil)
        let outcomes = try await follower.wait { _ in
            try? spool.writeStatus(
                batches: "[\(batch(drop, id: "b1", state: "done", answered: 2, failed: 0))]")
        }
        #expect(outcomes.map(\.isRefused) == [false])
    }

    @Test func aRefusedFileIsExplained() async throws {
        let drop = try drop("job.jsonl")
        _ = try LinuxDisk().move(
            spool.layout.incoming + "/job.jsonl", into: spool.layout.failed, as: "job.jsonl")
        let report = InputErrorReport(batchID: nil, input: "job.jsonl", problem: .emptyFile)
        try Data(report.serialized()).write(
            to: URL(fileURLWithPath: spool.layout.failed + "/job.jsonl.error.json"))
        try spool.writeStatus()
        var follower = BatchFollower(access: spool.access, unit: "draftspoold", drops: [drop], before: nil)
        let outcome = try #require(try await follower.wait { _ in }.first)
        #expect(outcome.isRefused && outcome.refusal?.contains("The file is empty.") == true)
        #expect(outcome.errorReport == spool.layout.failed + "/job.jsonl.error.json")
    }
}
