import Engine
import Foundation
import Logging
import PromptBatch
import Publishing
import Settings
import Spool

/// Sends one prompt, and writes down what came of it.
struct PromptRunner: Sendable {
    let inputs: BatchInputs
    let queue: PromptQueue
    let requests: RequestsInFlight
    let recorder: OutcomeRecorder
    let learning: AnswerLearning
    let failures: CountedFailures
    let metrics: DaemonMetrics
    let settings: SharedSettings
    let engineName: String
    let lines: RateBudget
    let logger: Logger
    /// In which the watch ends a prompt whose time is over, even if it has to try twice.
    private static let pauseBeforeExpiry: Duration = .seconds(10)

    /// Runs `assignment` to its end.
    ///
    /// - Parameter slot: the engine's slot to put it in; nil leaves that to the engine.
    func run(_ assignment: Assignment, on lane: LaneEngine, slot: Int?) async -> RunResult {
        var queued = assignment.prompt
        do {
            let batch = try await inputs.batch(queued.key.batch)
            let prompt: Prompt
            do {
                prompt = try await inputs.prompt(queued, of: batch)
            } catch var problem as PromptProblem {
                problem.line = queued.key.line
                return await fail(
                    queued, batch: batch, with: OutputLine(problem: problem, batchID: batch.id),
                    because: "its input cannot be used (\(problem.code))", attempt: nil)
            }
            queued.attempts += 1
            let beginning = PromptAttempt(key: queued.key, attempts: queued.attempts)
            guard await recorder.begin(beginning) else {
                if Task.isCancelled { return .interrupted(assignment.prompt, .cancelled, nil) }
                await queue.end(queued.key)
                return .failed
            }
            if queued.isOverdue(at: Date()) {
                // Its outcome is on its way to the ledger. If it waits for longer, it was given more time meanwhile.
                queued.deadline = nil
                return await keep(queued, after: Self.pauseBeforeExpiry)
            }
            var sent = queued
            sent.attempts += failures[queued.key]
            let attempt = Attempt(
                queued: sent, batch: batch, assignment: assignment, lane: lane, engineName: engineName,
                choosesDrafts: lane.requestDepth != nil && GenerationRequest.choosesDrafts(prompt.body),
                startedAt: Date(), knowsBaseline: await learning.knowsBaseline(lane))
            do throws(EngineError) {
                return try await send(prompt, slot: slot, attempt: attempt)
            } catch {
                return await result(of: error, for: queued, prompt: prompt, attempt: attempt)
            }
        } catch is CancellationError {
            return .interrupted(queued, .cancelled, nil)
        } catch {
            if Task.isCancelled { return .interrupted(queued, .cancelled, nil) }
            if lines.take() != nil {
                logger.error(
                    "\(error)",
                    metadata: ["batch": "\(queued.key.batch)", "custom_id": "\(queued.customID)"])
            }
            return .retry(queued, after: .seconds(5))
        }
    }

    /// What an attempt that got no answer comes to.
    private func result(
        of error: EngineError, for queued: QueuedPrompt, prompt: Prompt, attempt: Attempt
    ) async -> RunResult {
        if Task.isCancelled { return .interrupted(queued, error, attempt) }
        if error.isLossOfEngine, !(await attempt.lane.engine.isHealthy()) {
            return .interrupted(queued, error, attempt)
        }
        if let failed = await failForModel(
            queued, prompt: prompt, error: error, attempt: attempt)
        {
            return failed
        }
        switch error.blame {
        case .load:
            return .refusedForNow(queued, error, attempt)
        case .route, .either, .absence:
            return .faulted(queued, error, attempt)
        case .request:
            if error == .cancelled {
                return await giveBack(queued, after: error, attempt: attempt, wasAlone: false)
            }
            return error.isRetryable
                ? await countFailure(of: queued, error: error, attempt: attempt)
                : await fail(queued, error: error, batch: attempt.batch, attempt: attempt)
        }
    }

    private func send(
        _ prompt: Prompt, slot: Int?, attempt: Attempt
    ) async throws(EngineError) -> RunResult {
        let request = GenerationRequest(
            path: prompt.endpoint.rawValue, body: modelChoice(for: prompt, on: attempt.lane).body, slot: slot,
            setting: attempt.lane.requestedSetting, defaults: attempt.lane.requestDefaults,
            timeout: settings.current.engine(named: engineName).requestTimeout)
        let engine = attempt.lane.engine
        let sent = learning.begin(attempt, bytes: request.body.count)
        let response: GenerationResponse
        do throws(EngineError) {
            let queued = attempt.queued
            response = try await requests.run(queued.key, until: queued.deadline) {
                () async throws(EngineError) in
                try await engine.generate(request)
            }
        } catch {
            learning.abandon(sent)
            throw error
        }
        let finished = await learning.finish(sent, with: response)
        let record = finished.record
        if await recorder.record([finished.outcome(record)], batchID: attempt.batch.id) > 0 {
            metrics.noteAnswer(record)
        }
        failures.forget(attempt.queued.key)
        await queue.end(attempt.queued.key)
        if let omitted = lines.take() { finished.log(to: logger, omitted: omitted) }
        return .answered(
            tokens: response.generatedTokens, read: response.readTokens,
            milliseconds: finished.generation?.milliseconds ?? response.totalMilliseconds)
    }

    /// The prompt's model by the configuration.
    func modelChoice(for prompt: Prompt, on lane: LaneEngine) -> ModelChoice {
        ModelChoice(prompt.body, names: settings.current.modelNames, served: lane.description.servedModels)
    }
}

/// How one try of a prompt ended.
enum RunResult: Sendable {
    /// It is answered, and the answer is on disk; `read` tokens of the prompt were not in the engine's cache.
    case answered(tokens: Int, read: Int, milliseconds: Double)
    /// It failed for good, and the error is on disk.
    case failed
    /// It is to be sent again after a pause.
    case retry(QueuedPrompt, after: Duration)
    /// It got no answer, for which the engine may be to blame as well.
    case faulted(QueuedPrompt, EngineError, Attempt)
    /// The engine has no room for it now and wants to be left alone, for ``EngineError/retryAfter`` if it says so.
    case refusedForNow(QueuedPrompt, EngineError, Attempt)
    /// The engine or the daemon went away under it.
    case interrupted(QueuedPrompt, EngineError, Attempt?)

    /// Whether there is a timing record of it now.
    var isRecorded: Bool {
        switch self {
        case .answered, .failed: true
        case .retry, .faulted, .refusedForNow, .interrupted: false
        }
    }
}
