import Dispatching
import PromptBatch
import Publishing
import Spool

/// Ends prompts that have no outcome with the error `cancelled`, those in flight included.
struct BatchCancellation: Sendable {
    private static let promptsAtOnce = 1000

    let ledger: Ledger
    let queue: PromptQueue
    let requests: RequestsInFlight
    let recorder: OutcomeRecorder
    let metrics: DaemonMetrics

    /// Cancels a whole batch; one that is being read, as soon as it is read.
    func cancel(_ batch: BatchRecord) async throws -> ControlReply {
        guard try await ledger.markCancelled(batch.sequence) else { throw Self.finished(batch) }
        let current = try await ledger.batch(sequence: batch.sequence) ?? batch
        guard current.state == .running else {
            return ControlReply(
                isDone: true, message: "\(batch.name) is being read; it is cancelled as soon as that is done",
                batch: batch.id)
        }
        return try await finish(current)
    }

    /// Goes on with the cancelling of a batch that is marked so.
    func finish(_ batch: BatchRecord) async throws -> ControlReply {
        await queue.forget(batch: batch.sequence)
        var cancelled = 0
        while true {
            let prompts = try await ledger.waitingPrompts(of: batch.sequence, limit: Self.promptsAtOnce)
            guard !prompts.isEmpty else { break }
            cancelled += try await end(prompts, of: batch)
        }
        let aborted = requests.abort { $0.batch == batch.sequence }
        return ControlReply(
            isDone: true, message: "\(batch.name): \(Self.count(cancelled)) cancelled", batch: batch.id,
            prompts: cancelled, aborted: aborted)
    }

    /// Cancels single prompts.
    func cancel(_ ids: [String], of batch: BatchRecord) async throws -> ControlReply {
        guard batch.state == .running else { throw Self.finished(batch) }
        let unknown = try await ledger.unknownIDs(ids, of: batch.sequence)
        let prompts = try await ledger.waitingPrompts(
            of: batch.sequence, customIDs: ids, limit: ids.count)
        let cancelled = prompts.isEmpty ? 0 : try await end(prompts, of: batch)
        let keys = Set(prompts.map(\.key))
        await queue.settle(keys, of: batch.sequence)
        let aborted = requests.abort(where: keys.contains)
        if cancelled > 0 { try await queue.shrink(batch: batch.sequence) }
        return ControlReply(
            isDone: true, message: "\(batch.name): \(Self.count(cancelled)) cancelled", batch: batch.id,
            prompts: cancelled, aborted: aborted, unknown: unknown,
            unchanged: max(0, Set(ids).count - unknown.count - cancelled))
    }

    /// Ends prompts in input order, but for those that were answered, or expired, in this moment.
    func end(_ prompts: [QueuedPrompt], of batch: BatchRecord) async throws -> Int {
        let outcomes = prompts.map { Self.outcome(of: $0, batch: batch) }
        let ended = await recorder.record(outcomes, batchID: batch.id)
        if ended == 0, let key = prompts.first?.key,
            try await ledger.waitingPrompts(of: batch.sequence, after: key.line - 1, limit: 1).first?.key
                == key
        {
            throw ControlProblem(
                message: "the ledger takes no writes", remedy: "see draftspool status; try again later")
        }
        // Of prompts that were answered in this moment it is not known which they are, but how many.
        for prompt in prompts.prefix(ended) {
            metrics.note(.cancelled, DaemonMetrics.PromptLabels(notSent: prompt))
        }
        return ended
    }

    private static func outcome(of prompt: QueuedPrompt, batch: BatchRecord) -> PromptOutcome {
        let line = OutputLine(
            id: OutputLine.id(batchID: batch.id, line: prompt.key.line), customID: prompt.customID,
            response: nil,
            error: OutputLine.Failure(
                code: "cancelled", message: "the prompt was cancelled before it was answered",
                remedy: "draftspool retry runs it again", line: prompt.key.line))
        return PromptOutcome(
            key: prompt.key, isSuccess: false, outputLine: line.serialized(), timingLine: nil, answer: nil)
    }

    private static func finished(_ batch: BatchRecord) -> ControlProblem {
        ControlProblem(
            message: "\(batch.name) is finished: there is nothing to cancel",
            remedy: "its output is \(batch.outputName ?? "being written") in output/")
    }

    static func count(_ prompts: Int) -> String { prompts == 1 ? "1 prompt" : "\(prompts) prompts" }
}
