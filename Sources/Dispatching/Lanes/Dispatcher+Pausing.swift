import Engine
import Foundation
import Logging
import PromptBatch
import Spool
import Systemd

/// Pauses of an engine whose faults are not a prompt's; see ``CircuitBreaker``.
extension Dispatcher {
    /// The longest that an engine may take to answer a greeting.
    private static let longestGreeting: Duration = .seconds(120)
    /// An engine that has had no room for so long is worth a person's look.
    private static let patience: Duration = .seconds(60)

    /// Why work waits, if it does.
    var reasonToWait: String? {
        if let trouble = trouble ?? ledgerTrouble { return trouble }
        return pauses.keys.sorted().lazy.compactMap { self.pauseMessage(at: $0) }.first
    }

    /// Whether prompts may be sent to the engine of a lane. If it is time to try a paused one, it is greeted.
    func maySend(to number: Int) async -> Bool {
        guard let berth = lanes[number]?.berth else { return false }
        switch pauses[berth, default: EnginePause()].breaker.gate(at: .now) {
        case .closed: return true
        case .open: return false
        case .trial:
            await greet(number, at: berth)
            return false
        }
    }

    /// Whether the engine of a lane was paused, as it may have been while a prompt was taken.
    func isPaused(_ number: Int) -> Bool {
        guard let berth = lanes[number]?.berth, let pause = pauses[berth] else { return false }
        return pause.breaker.gate(at: .now) != .closed
    }

    /// Sends the engine the short request that tells whether it works.
    private func greet(_ number: Int, at berth: Int) async {
        guard let lane = lanes[number] else { return }
        pauses[berth]?.breaker.beginTrial()
        let probe = EngineProbe(
            engine: lane.engine, requestTimeout: min(settings.engine.requestTimeout, Self.longestGreeting),
            readingSpeed: runner.readingSpeed)
        do {
            try await untilDrained { try await probe.check(slot: nil) }
        } catch let error as EngineError
            where error.blame != .request || error.isRetryable || error == .cancelled
        {
            if Task.isCancelled || isDraining || error == .cancelled {
                pauses[berth]?.breaker.abandonTrial()
            } else if error.isLossOfEngine, !(await lane.engine.engine.isHealthy()) {
                pauses[berth]?.breaker.abandonTrial()
                lanes[number]?.fault = error
            } else {
                var asked: Duration?
                if case .overloaded(_, _, let retryAfter) = error { asked = retryAfter }
                pauses[berth]?.breaker.failTrial(
                    EngineFault(error), asked: asked, retryDelay: settings.dispatch.retryDelay, at: .now)
                logger.debug("The paused engine was greeted: \(error.logDescription)")
            }
            wakeAll()
            return
        } catch is CancellationError {
            pauses[berth]?.breaker.abandonTrial()
            return
        } catch {
            logger.debug("The paused engine understood a greeting, and refused it")
        }
        pauses[berth]?.breaker.endTrial()
        if pauses[berth]?.isEndAwaited == true {
            pauses[berth]?.isEndAwaited = false
            logger.notice(
                "The engine answers again; prompts are sent to it",
                metadata: ["MESSAGE_ID": "\(MessageID.engineResumed.rawValue)"])
        }
        wakeAll()
    }

    /// Runs `body`, and cancels it when the dispatcher drains: a stop does not wait for a greeting.
    private func untilDrained(_ body: @escaping @Sendable () async throws -> Void) async throws {
        guard try await unless({ await self.waitForDrain() }, body) != nil else { throw CancellationError() }
    }

    private func waitForDrain() async {
        while !isDraining, !Task.isCancelled { await waitForChange() }
    }

    // MARK: What became of prompts

    /// Deals with a failure that may be the engine's fault: it counts as the prompt's attempt, or the prompt is kept.
    func judge(
        _ prompt: QueuedPrompt, after error: EngineError, attempt: Attempt, number: Int,
        sentAt: ContinuousClock.Instant
    ) async {
        let berth = lanes[number]?.berth ?? 0
        let fault = EngineFault(error)
        let wasPaused = pauses[berth]?.breaker.pause != nil
        let verdict = pauses[berth, default: EnginePause()].breaker.noteFault(
            fault, by: prompt.key, sentAt: sentAt, isLast: runner.isLastAttempt(prompt.key),
            retryDelay: settings.dispatch.retryDelay, at: .now)
        if !wasPaused { announcePause(at: berth) }
        switch verdict {
        case .prompt:
            await settle(
                await runner.countFailure(of: prompt, error: error, attempt: attempt), of: prompt.key)
        case .engine(let keepUntil):
            logger.debug(
                "\(prompt.customID) is kept: \(error.logDescription)",
                metadata: ["line": "\(prompt.key.line)"])
            await putBackUncounted(prompt, notBefore: keepUntil)
        }
    }

    /// Leaves an engine alone that has no room.
    func yield(
        to number: Int, refusing prompt: QueuedPrompt, with error: EngineError, asked: Duration?,
        sentAt: ContinuousClock.Instant
    ) async {
        let berth = lanes[number]?.berth ?? 0
        let others = lanes[number]?.inFlight ?? 0
        lanes[number]?.concurrency?.noteRefusal(inFlight: others + 1, sentAt: sentAt, at: .now)
        let wasPaused = pauses[berth]?.breaker.pause != nil
        pauses[berth, default: EnginePause()].breaker.noteRefusal(
            EngineFault(error), asked: asked, sentAt: sentAt, retryDelay: settings.dispatch.retryDelay,
            at: .now)
        if !wasPaused { announcePause(at: berth) }
        await putBackUncounted(prompt)
    }

    // MARK: Telling it

    private func announcePause(at berth: Int) {
        guard let pause = pauses[berth]?.breaker.pause else { return }
        let length = ContinuousClock.now.duration(to: pause.until)
        if pause.fault.blame == .load {
            guard let untold = pauses[berth]?.refusals.tell(at: .now) else { return }
            logger.warning(
                "The engine has no room (\(pause.fault.what)); nothing is sent to it for \(Self.seconds(length))\(RepeatedNews.note(untold))"
            )
            return
        }
        guard let untold = pauses[berth]?.faults.tell(at: .now) else { return }
        pauses[berth]?.isEndAwaited = true
        logger.error(
            "Nothing is sent to the engine \(engineName(at: berth)) for now, prompts are kept: \(pause.fault.what); \(pause.fault.remedy)\(RepeatedNews.note(untold))",
            metadata: ["MESSAGE_ID": "\(MessageID.enginePaused.rawValue)"])
    }

    /// What the status says of a pause; nil where there is none, or only a short want of room.
    private func pauseMessage(at berth: Int) -> String? {
        guard let pause = pauses[berth]?.breaker.pause else { return nil }
        let now = ContinuousClock.now
        let age = pause.since.duration(to: now)
        guard pause.fault.blame != .load || age >= Self.patience else { return nil }
        let since = RFC3339.string(from: Date(timeIntervalSinceNow: -age.inSeconds))
        let next = pause.until > now ? "in \(Self.seconds(now.duration(to: pause.until)))" : "under way"
        return
            "the engine \(engineName(at: berth)) cannot be used: \(pause.fault.what) since \(since), next try \(next); prompts are kept; \(pause.fault.remedy)"
    }

    private func engineName(at berth: Int) -> String {
        guard let engine = lanes.values.first(where: { $0.berth == berth })?.engine else { return "" }
        return "\(engine.description.name) with \(engine.description.modelName)"
    }

    private static func seconds(_ duration: Duration) -> String {
        duration < .seconds(1)
            ? "\(Int(duration.inMilliseconds.rounded(.up))) ms" : "\(Int(duration.inSeconds.rounded())) s"
    }
}
