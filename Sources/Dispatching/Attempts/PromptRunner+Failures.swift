import Engine
import Foundation
import Logging
import PromptBatch
import Spool
import Systemd

/// Prompts that got no answer: which are sent again, and which fail for good.
extension PromptRunner {
    /// The pause after which what could not be read is tried again.
    private static let pauseAfterTrouble: Duration = .seconds(5)

    /// Whether a prompt fails for good if one more failure counts.
    func isLastAttempt(_ key: PromptKey) -> Bool {
        failures[key] + 1 >= settings.current.dispatch.maximumAttempts
    }

    /// Counts a failure that is the prompt's own; after the last allowed one it has failed for good.
    ///
    /// - Parameter leastPause: before it is sent again.
    func countFailure(
        of queued: QueuedPrompt, error: EngineError, attempt: Attempt, leastPause: Duration = .zero
    ) async -> RunResult {
        let dispatch = settings.current.dispatch
        let count = failures.add(queued.key)
        guard count < dispatch.maximumAttempts else {
            return await fail(queued, error: error, batch: attempt.batch, attempt: attempt)
        }
        if let omitted = lines.take() {
            logger.warning(
                "\(queued.customID): attempt \(count) of \(dispatch.maximumAttempts) failed, \(error.logDescription)\(RateBudget.note(omitted))",
                metadata: [
                    "MESSAGE_ID": "\(MessageID.promptRetried.rawValue)", "batch": "\(attempt.batch.id)",
                    "custom_id": "\(queued.customID)", "attempts": "\(attempt.queued.attempts)",
                ])
        }
        return await keep(
            queued, after: max(leastPause, dispatch.retryDelay * (1 << min(count - 1, 10))))
    }

    /// Decides whether a prompt whose engine was lost under it is sent again. The attempt stays in the ledger.
    ///
    /// - Parameter wasAlone: Whether no other prompt was at the engine; only then can the loss of an engine be
    ///   laid at this one's door.
    func giveBack(
        _ queued: QueuedPrompt, after error: EngineError, attempt: Attempt?, wasAlone: Bool
    ) async -> RunResult {
        if error == .cancelled { return await keep(queued, after: .zero) }
        let dispatch = settings.current.dispatch
        guard queued.attempts < dispatch.maximumAttempts || !wasAlone else {
            guard let batch = await batch(of: queued) else {
                return .retry(queued, after: Self.pauseAfterTrouble)
            }
            return await fail(queued, error: error, batch: batch, attempt: attempt)
        }
        if let omitted = lines.take() {
            logger.warning(
                "\(queued.customID) was at the engine when it was lost, and is sent again\(RateBudget.note(omitted))",
                metadata: [
                    "MESSAGE_ID": "\(MessageID.promptRetried.rawValue)",
                    "custom_id": "\(queued.customID)", "attempts": "\(queued.attempts)",
                ])
        }
        return .retry(queued, after: dispatch.retryDelay * (1 << min(max(0, queued.attempts - 1), 10)))
    }

    /// Fails a prompt that names a model which the engine does not serve.
    ///
    /// - Returns: Nil if that is not what is wrong: it names none, or one that the engine lists, or the engine does not
    ///   tell what it serves.
    func failForModel(
        _ queued: QueuedPrompt, prompt: Prompt, error: EngineError, attempt: Attempt
    ) async -> RunResult? {
        let choice = modelChoice(for: prompt, on: attempt.lane)
        guard case .refused(404, _, _) = error, choice.asked != nil, let model = choice.model,
            let known = try? await attempt.lane.engine.modelNames(), !known.isEmpty, !known.contains(model)
        else { return nil }
        var line = FailureLine(error: error, queued: attempt.queued, batchID: attempt.batch.id).line
        line.error = OutputLine.Failure(
            code: "unknown_model", message: "the engine serves no model '\(model)'",
            remedy: choice.remedy(known: known),
            line: queued.key.line, field: "model")
        return await fail(
            queued, batch: attempt.batch, with: line,
            because: "the engine serves no model of the name it asks for",
            attempt: attempt)
    }

    /// Fails a prompt that demands a depth the engine cannot run.
    func refuse(_ queued: QueuedPrompt, depth: Int, available: [Int]) async -> RunResult {
        let depths = available.map(String.init).joined(separator: ", ")
        let others =
            available.isEmpty
            ? "set engine.depth in the configuration to the depth that the server has"
            : "ask for one of: \(depths)"
        return await end(
            queued, code: "depth_unavailable", message: "no engine can run at draft depth \(depth)",
            remedy: "take the override out, or \(others)", field: "draftspool.depth")
    }

    /// Fails a prompt during whose every allowed attempt the engine, the daemon or the machine ended.
    func giveUp(_ queued: QueuedPrompt) async -> RunResult {
        await end(
            queued, code: "engine_lost",
            message: "engine or daemon ended each of the \(queued.attempts) times this prompt was sent",
            remedy: "look in the journal for what ended them, then submit it again")
    }

    /// Takes the last attempt back: it was not the prompt that ended it.
    func uncount(_ queued: QueuedPrompt) async {
        _ = await recorder.begin(
            PromptAttempt(key: queued.key, attempts: max(0, queued.attempts - 1)))
    }

    /// Fails a prompt that was not sent now.
    ///
    /// - Returns: To be tried again if its batch cannot be looked up at this moment.
    private func end(
        _ queued: QueuedPrompt, code: String, message: String, remedy: String, field: String? = nil
    ) async -> RunResult {
        guard let batch = await batch(of: queued) else {
            return .retry(queued, after: Self.pauseAfterTrouble)
        }
        let line = OutputLine(
            id: OutputLine.id(batchID: batch.id, line: queued.key.line), customID: queued.customID,
            response: nil,
            error: OutputLine.Failure(
                code: code, message: message, remedy: remedy, line: queued.key.line, field: field))
        return await fail(queued, batch: batch, with: line, because: message, attempt: nil)
    }

    private func batch(of queued: QueuedPrompt) async -> BatchRecord? {
        do { return try await inputs.batch(queued.key.batch) } catch {
            if lines.take() != nil {
                logger.error("\(queued.customID) cannot be ended now, and will be later: \(error)")
            }
            return nil
        }
    }

    /// Has a prompt sent again without counting this attempt; one that a person cancelled meanwhile has its outcome.
    func keep(_ queued: QueuedPrompt, after pause: Duration) async -> RunResult {
        var kept = queued
        kept.attempts = max(0, queued.attempts - 1)
        guard await recorder.begin(PromptAttempt(key: kept.key, attempts: kept.attempts)) else {
            failures.forget(kept.key)
            await queue.end(kept.key)
            return .failed
        }
        return .retry(kept, after: pause)
    }

    func fail(
        _ queued: QueuedPrompt, error: EngineError, batch: BatchRecord, attempt: Attempt?
    ) async -> RunResult {
        let line = FailureLine(error: error, queued: attempt?.queued ?? queued, batchID: batch.id).line
        return await fail(
            queued, batch: batch, with: line,
            because: "\(error.logDescription); what it said is in errors.jsonl of the batch", attempt: attempt
        )
    }

    /// Records that a prompt failed for good.
    ///
    /// - Parameter because: the reason as the journal has it, without anything that the prompt may say.
    func fail(
        _ queued: QueuedPrompt, batch: BatchRecord, with line: OutputLine, because reason: String,
        attempt: Attempt?
    ) async -> RunResult {
        var line = line
        line.customID = queued.customID
        let outcome = PromptOutcome(
            key: queued.key, isSuccess: false, outputLine: line.serialized(),
            timingLine: attempt?.recordOfFailure(at: Date()).serialized(), answer: nil)
        if await recorder.record([outcome], batchID: batch.id) > 0 {
            let sent = attempt.map { DaemonMetrics.PromptLabels($0) }
            metrics.note(.failed, sent ?? DaemonMetrics.PromptLabels(notSent: queued))
        }
        failures.forget(queued.key)
        await queue.end(queued.key)
        guard let omitted = lines.take() else { return .failed }
        logger.error(
            "\(queued.customID): failed, \(reason)\(RateBudget.note(omitted))",
            metadata: [
                "MESSAGE_ID": "\(MessageID.promptFailed.rawValue)", "batch": "\(batch.id)",
                "custom_id": "\(queued.customID)", "line": "\(queued.key.line)",
                "error_code": "\(line.error?.code ?? "")",
                "attempts": "\(attempt?.queued.attempts ?? queued.attempts)",
            ])
        return .failed
    }
}
