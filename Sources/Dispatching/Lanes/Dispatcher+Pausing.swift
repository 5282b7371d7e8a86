import Engine
import Foundation
import Logging
import Loops
import Spool

/// Engines whose faults are not a prompt's, and prompts that met them; see ``CircuitBreaker``.
extension Dispatcher {
    /// The longest that an engine may take to answer a greeting.
    private static let longestGreeting: Duration = .seconds(120)

    /// Sends the paused engine of a lane the short request that tells whether it works.
    func greet(_ lane: Lane) async {
        let pause = lane.device.pause
        pause.beginTrial()
        defer { wakeLanes(on: lane.device) }
        let probe = EngineProbe(
            engine: lane.engine, requestTimeout: min(settings.engine.requestTimeout, Self.longestGreeting),
            readingSpeed: runner.learning.readingSpeed)
        do {
            try await untilDrained { try await probe.check(slot: nil) }
        } catch let error as EngineError
            where error.blame != .request || error.isRetryable || error == .cancelled
        {
            if Task.isCancelled || isDraining || error == .cancelled {
                pause.abandonTrial()
            } else if error.isLossOfEngine, !(await lane.engine.engine.isHealthy()) {
                pause.abandonTrial()
                lane.fail(error)
            } else {
                pause.failTrial(error, retryDelay: settings.dispatch.retryDelay)
                logger.debug("The paused engine was greeted: \(error.logDescription)")
            }
            return
        } catch is CancellationError {
            pause.abandonTrial()
            return
        } catch {
            logger.debug("The paused engine understood a greeting, and refused it")
        }
        pause.endTrial(logger)
    }

    /// Runs `body`, and cancels it when the dispatcher drains: a stop does not wait for a greeting.
    private func untilDrained(_ body: @escaping @Sendable () async throws -> Void) async throws {
        guard try await unless({ await self.waitForDrain() }, body) != nil else { throw CancellationError() }
    }

    private func waitForDrain() async { await wait { isDraining } }

    /// The lanes of a device may be sent prompts again, or not any more.
    func wakeLanes(on device: Device) {
        for lane in lanes.values where lane.device === device { lane.wake() }
    }

    // MARK: What became of prompts

    /// Deals with a failure that may be the engine's fault: it counts as the prompt's attempt, or the prompt is kept.
    func judge(
        _ prompt: QueuedPrompt, after error: EngineError, attempt: Attempt, in lane: Lane,
        sentAt: ContinuousClock.Instant
    ) async {
        let verdict = lane.device.pause.judge(
            error, by: prompt.key, sentAt: sentAt, isLast: runner.isLastAttempt(prompt.key),
            retryDelay: settings.dispatch.retryDelay, engine: engineName(on: lane.device), logger: logger)
        await carryOut(verdict, on: prompt, after: error, attempt: attempt)
    }

    private func carryOut(
        _ verdict: CircuitBreaker.Verdict, on prompt: QueuedPrompt, after error: EngineError, attempt: Attempt
    ) async {
        switch verdict {
        case .prompt:
            await settle(
                await runner.countFailure(of: prompt, error: error, attempt: attempt), of: prompt.key)
        case .refusedPrompt(let keepUntil):
            await settle(
                await runner.countFailure(
                    of: prompt, error: error, attempt: attempt,
                    leastPause: ContinuousClock.now.duration(to: keepUntil)),
                of: prompt.key)
        case .engine(let keepUntil):
            logger.debug(
                "\(prompt.customID) is kept: \(error.logDescription)",
                metadata: ["line": "\(prompt.key.line)"])
            await putBackUncounted(prompt, notBefore: keepUntil)
        }
    }

    /// Leaves an engine alone that has no room. A prompt that it refuses at any time says nothing of its room.
    func yield(
        to lane: Lane, refusing prompt: QueuedPrompt, with error: EngineError, attempt: Attempt,
        sentAt: ContinuousClock.Instant
    ) async {
        let verdict = lane.device.pause.noteRefusal(
            error, by: prompt.key, life: runner.failures.life(of: prompt.key), sentAt: sentAt,
            retryDelay: settings.dispatch.retryDelay, engine: engineName(on: lane.device), logger: logger)
        if let verdict { return await carryOut(verdict, on: prompt, after: error, attempt: attempt) }
        lane.noteRefusal(sentAt: sentAt)
        await putBackUncounted(prompt)
    }

    /// Counts a prompt that failed, and puts one that did not back for its next try.
    func settle(_ result: RunResult, of key: PromptKey) async {
        switch result {
        case .failed:
            for device in devices { device.pause.forget(key) }
            noteFailure()
        case .retry(let prompt, let pause): await putBack(prompt, notBefore: .now + pause)
        case .answered, .faulted, .refusedForNow, .interrupted: break
        }
    }

    /// Prompts whose engine went away under them: their tasks were cancelled, so they are dealt with here. An engine that
    /// fails takes the others of its device with it, whose prompts have no part in that; nor has one that never reached it.
    func requeueInterrupted(on device: Device, after error: EngineError) async {
        let prompts = device.takeInterrupted()
        func wasAtEngine(_ interrupted: InterruptedPrompt) -> Bool {
            interrupted.isAtEngine && interrupted.lane == device.failedEngine
        }
        let wasAlone = prompts.count(where: wasAtEngine) == 1 && !device.failedAmongOthers
        for interrupted in prompts {
            guard wasAtEngine(interrupted) else {
                await putBackUnblamed(interrupted)
                continue
            }
            await settle(
                await runner.giveBack(
                    interrupted.prompt, after: error, attempt: interrupted.attempt, wasAlone: wasAlone),
                of: interrupted.prompt.key)
        }
    }

    /// Gives back a prompt that has no part in the end of its engine.
    func putBackUnblamed(_ interrupted: InterruptedPrompt) async {
        if interrupted.attempt == nil {
            await putBack(interrupted.prompt)
        } else {
            await putBackUncounted(interrupted.prompt)
        }
    }

    /// Gives a prompt back: at once, or for a later try.
    func putBack(_ prompt: QueuedPrompt, notBefore: ContinuousClock.Instant? = nil) async {
        await queue.putBack(prompt, notBefore: notBefore, by: settings.engine.name)
    }

    func putBackUncounted(_ prompt: QueuedPrompt, notBefore: ContinuousClock.Instant? = nil) async {
        await runner.uncount(prompt)
        var prompt = prompt
        prompt.attempts = max(0, prompt.attempts - 1)
        await putBack(prompt, notBefore: notBefore)
    }
}
