import Engine
import Foundation
import Logging
import PromptBatch
import Settings
import Speculation
import Spool
import Synchronization
import Systemd

/// Sends one prompt, writes down what came of it, and lets the model learn from it.
struct PromptRunner: Sendable {
    let inputs: BatchInputs
    let queue: PromptQueue
    let flights: Flights
    let recorder: OutcomeRecorder
    let store: LearnedStore
    let readingSpeed = ReadingSpeed()
    let settings: SharedSettings
    let lines: RateBudget
    let learning: RateBudget
    let logger: Logger

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
                    attempt: nil)
            }
            queued.attempts += 1
            let beginning = PromptAttempt(key: queued.key, attempts: queued.attempts)
            guard await recorder.begin(beginning) else {
                if Task.isCancelled { return .interrupted(assignment.prompt, .cancelled, nil) }
                await queue.end(queued.key)
                return .failed
            }
            let attempt = Attempt(
                queued: queued, batch: batch, assignment: assignment, lane: lane, startedAt: Date())
            do throws(EngineError) {
                return try await send(prompt, slot: slot, attempt: attempt)
            } catch {
                if Task.isCancelled { return .interrupted(queued, error, attempt) }
                if error.isLossOfEngine, !(await lane.engine.isHealthy()) {
                    return .interrupted(queued, error, attempt)
                }
                if case .overloaded(_, _, let retryAfter) = error {
                    return .refusedForNow(queued, after: retryAfter ?? settings.current.dispatch.retryDelay)
                }
                return await giveBack(queued, after: error, attempt: attempt)
            }
        } catch is CancellationError {
            return .interrupted(queued, .cancelled, nil)
        } catch {
            if Task.isCancelled { return .interrupted(queued, .cancelled, nil) }
            logger.error(
                "\(error)", metadata: ["batch": "\(queued.key.batch)", "custom_id": "\(queued.customID)"])
            return .retry(queued, after: .seconds(5))
        }
    }

    private func send(
        _ prompt: Prompt, slot: Int?, attempt: Attempt
    ) async throws(EngineError) -> RunResult {
        let request = GenerationRequest(
            path: prompt.endpoint.rawValue, body: prompt.body, slot: slot,
            timeout: settings.current.engine.requestTimeout)
        let engine = attempt.lane.engine
        let counters = await DraftCounters(attempt.assignment, on: attempt.lane, model: await store.model)
        let timeline = attempt.lane.timeline
        let number = timeline.begin(promptBytes: request.body.count)
        let response: GenerationResponse
        do throws(EngineError) {
            response = try await flights.run(attempt.queued.key) { () async throws(EngineError) in
                try await engine.generate(request)
            }
        } catch {
            timeline.abandon(number)
            throw error
        }
        let milliseconds = response.generationMilliseconds ?? response.totalMilliseconds
        readingSpeed.note(milliseconds: response.promptMilliseconds, bytes: request.body.count)
        let share = timeline.end(
            number, promptMilliseconds: response.promptMilliseconds, generationMilliseconds: milliseconds,
            secondsPerByte: readingSpeed.secondsPerByte)
        let read = response.promptTokens - response.cachedTokens
        if share.isReadAlone, let reading = response.promptMilliseconds {
            await store.learnReading(attempt.lane.setting, tokens: read, milliseconds: reading)
        }
        let positions = await counters?.acceptedPerPosition(response)
        await learn(from: response, attempt: attempt, share: share, acceptedPerPosition: positions)
        let finished = FinishedPrompt(
            attempt: attempt, response: response, finishedAt: Date(),
            stepCostRatio: await stepCostRatio(attempt, busySlots: Int(share.busySlots.rounded())))
        await recorder.record([finished.outcome], batchID: attempt.batch.id)
        await queue.end(attempt.queued.key)
        if let omitted = lines.take() { finished.log(to: logger, omitted: omitted) }
        return .answered(
            tokens: response.generatedTokens, read: read, milliseconds: milliseconds)
    }

    /// Time of a step at the lane's setting over that at depth 0, as learned; 0 with lookups, of which it is not known.
    private func stepCostRatio(_ attempt: Attempt, busySlots: Int) async -> Double {
        let setting = attempt.lane.setting
        guard setting.isSpeculating else { return 1 }
        guard !setting.usesNgrams else { return 0 }
        return await store.model.predict(
            attempt.assignment.judgement.traits, setting, busySlots: busySlots
        ).stepCostRatio
    }

    /// Decides whether a prompt that got no answer is sent again.
    ///
    /// - Parameter wasAlone: Whether no other prompt was at the engine; only then can the loss of an engine be
    ///   laid at this one's door.
    func giveBack(
        _ queued: QueuedPrompt, after error: EngineError, attempt: Attempt?, wasAlone: Bool = true
    ) async -> RunResult {
        let dispatch = settings.current.dispatch
        if error == .cancelled { return await afterCancellation(queued) }
        guard let batch = try? await inputs.batch(queued.key.batch) else {
            return .retry(queued, after: .seconds(5))
        }
        guard error.isRetryable, queued.attempts < dispatch.maximumAttempts || !wasAlone else {
            return await fail(
                queued, batch: batch,
                with: FailureLine(error: error, queued: queued, batchID: batch.id).line, attempt: attempt)
        }
        let pause = dispatch.retryDelay * (1 << min(queued.attempts - 1, 10))
        logger.warning(
            "\(queued.customID): attempt \(queued.attempts) of \(dispatch.maximumAttempts) failed, \(error)",
            metadata: [
                "MESSAGE_ID": "\(MessageID.promptRetried.rawValue)", "batch": "\(batch.id)",
                "custom_id": "\(queued.customID)", "attempts": "\(queued.attempts)",
            ])
        return .retry(queued, after: pause)
    }

    /// Fails a prompt that demands a depth the engine cannot run.
    func refuse(_ queued: QueuedPrompt, depth: Int, available: [Int]) async {
        guard let batch = try? await inputs.batch(queued.key.batch) else { return }
        let depths = available.map(String.init).joined(separator: ", ")
        let line = OutputLine(
            id: OutputLine.id(batchID: batch.id, line: queued.key.line), customID: queued.customID,
            response: nil,
            error: OutputLine.Failure(
                code: "depth_unavailable", message: "the engine cannot run at draft depth \(depth)",
                remedy: "take the override out, or ask for one of: \(depths)", line: queued.key.line,
                field: "draftspool.depth"))
        _ = await fail(queued, batch: batch, with: line, attempt: nil)
    }

    /// Fails a prompt during whose every allowed attempt the daemon or the machine ended.
    func giveUp(_ queued: QueuedPrompt) async {
        guard let batch = try? await inputs.batch(queued.key.batch) else { return }
        let line = OutputLine(
            id: OutputLine.id(batchID: batch.id, line: queued.key.line), customID: queued.customID,
            response: nil,
            error: OutputLine.Failure(
                code: "engine_lost",
                message: "engine or daemon ended each of the \(queued.attempts) times this prompt was sent",
                remedy: "look in the journal for what ended them, then submit it again",
                line: queued.key.line))
        _ = await fail(queued, batch: batch, with: line, attempt: nil)
    }

    /// Takes the last attempt back: it was not the prompt that ended it.
    func uncount(_ queued: QueuedPrompt) async {
        _ = await recorder.begin(
            PromptAttempt(key: queued.key, attempts: max(0, queued.attempts - 1)))
    }

    /// A prompt aborted under way has its outcome, or waits for it: a person cancelled it.
    private func afterCancellation(_ queued: QueuedPrompt) async -> RunResult {
        let uncounted = PromptAttempt(key: queued.key, attempts: max(0, queued.attempts - 1))
        guard await recorder.begin(uncounted) else {
            await queue.end(queued.key)
            return .failed
        }
        return .retry(queued, after: .zero)
    }

    private func fail(
        _ queued: QueuedPrompt, batch: BatchRecord, with line: OutputLine, attempt: Attempt?
    ) async -> RunResult {
        var line = line
        line.customID = queued.customID
        let outcome = PromptOutcome(
            key: queued.key, isSuccess: false, outputLine: line.serialized(),
            timingLine: attempt?.recordOfFailure(at: Date()).serialized(), answer: nil)
        await recorder.record([outcome], batchID: batch.id)
        await queue.end(queued.key)
        guard let omitted = lines.take() else { return .failed }
        logger.error(
            "\(queued.customID): failed, \(line.loggedReason)\(RateBudget.note(omitted))",
            metadata: [
                "MESSAGE_ID": "\(MessageID.promptFailed.rawValue)", "batch": "\(batch.id)",
                "custom_id": "\(queued.customID)", "line": "\(queued.key.line)",
                "error_code": "\(line.error?.code ?? "")", "attempts": "\(queued.attempts)",
            ])
        return .failed
    }

    private func learn(
        from response: GenerationResponse, attempt: Attempt, share: LaneTimeline.Share,
        acceptedPerPosition: [Int]?
    ) async {
        guard let milliseconds = response.generationMilliseconds, response.generatedTokens > 0,
            learning.take() != nil
        else { return }
        let accepted = response.acceptedTokens ?? 0
        let drafts = Double(response.draftedTokens ?? 0) / Double(max(1, response.generatedTokens - accepted))
        let neighbours = attempt.lane.recentDrafts.add(drafts)
        do throws(ObservationError) {
            let observation = try Observation(
                traits: attempt.assignment.judgement.traits, setting: attempt.lane.setting,
                busySlots: share.busySlots,
                generatedTokens: response.generatedTokens, draftedTokens: response.draftedTokens,
                acceptedTokens: response.acceptedTokens,
                generationMilliseconds: share.steadyMilliseconds(
                    of: milliseconds, steps: response.generatedTokens - accepted),
                acceptedPerPosition: acceptedPerPosition, neighbourDraftsPerStep: neighbours)
            await store.learn(observation)
        } catch {
            await store.countRejected()
            logger.debug("Not learned from \(attempt.queued.customID): \(error)")
        }
    }
}
