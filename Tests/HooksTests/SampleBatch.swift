import Foundation
import Hooks

@testable import Spool

enum SampleBatch {
    static let layout = SpoolLayout(root: "/spool")

    /// One with an output.
    static let done = BatchRecord(
        sequence: 1, id: "20261124-180000-00c0ffee", name: "tägliche Fragen.jsonl", inode: 7, state: .done,
        claimedAt: Date(timeIntervalSince1970: 1_795_543_200),
        finishedAt: Date(timeIntervalSince1970: 1_795_546_800.25), outputName: "tägliche Fragen-2",
        promptCount: 10, answeredCount: 7, failedCount: 3, putAwayName: "tägliche Fragen.jsonl",
        expiredCount: 2)

    /// One whose file was refused.
    static let refused = BatchRecord(
        sequence: 2, id: "20261124-180001-00c0ffee", name: "b.jsonl", inode: 8, state: .failed,
        claimedAt: Date(timeIntervalSince1970: 1_795_543_201),
        finishedAt: Date(timeIntervalSince1970: 1_795_543_202), promptCount: 0, answeredCount: 0,
        failedCount: 0, putAwayName: "b-2.jsonl")

    static func facts(_ batch: BatchRecord = done) -> BatchFacts { BatchFacts(batch, in: layout) }
}
