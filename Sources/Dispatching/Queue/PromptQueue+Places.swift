import Foundation
import Spool

/// Which batches have a place among the active ones.
extension PromptQueue {
    /// Whether a batch that is no less urgent waits in the ledger, none of whose prompts were handed out. One without a
    /// deadline becomes urgent in time, as it does in the ledger's order, so that those that have one cannot keep it there.
    func isPreceded(_ record: BatchRecord) async throws(SpoolError) -> Bool {
        let others = Set(groups.batches).union(groups.underWay.keys).union([record.sequence])
        let now = Date()
        func rank(_ batch: BatchRecord) -> (Int, Urgency) {
            (-batch.priority, Urgency(of: batch.dueAt, at: now))
        }
        let first = try await ledger.waitingBatches(excluding: others, limit: 1).first
        return first.map { rank($0) <= rank(record) } ?? false
    }

    /// The active batch that gives its place to another one, of no lower priority; nil if none does.
    func batchToMakeRoom(for record: BatchRecord) async -> Int64? {
        let now = Date()
        guard let other = groups.leastUrgent(at: now),
            (Urgency(of: record.deadline, at: now), record.openCount) < (other.urgency, other.waiting)
        else { return nil }
        let priority = (try? await ledger.batch(sequence: other.batch))??.priority ?? 0
        return priority <= record.priority ? other.batch : nil
    }
}
