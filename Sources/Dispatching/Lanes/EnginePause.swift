import Engine
import Foundation
import Logging
import PromptBatch
import Spool
import Systemd

/// Whether the engine of a device is sent prompts, and what was said of it; see ``CircuitBreaker``.
final class EnginePause {
    /// An engine that has had no room for so long is worth a person's look.
    private static let patience: Duration = .seconds(60)

    private var breaker = CircuitBreaker()
    /// Of pauses for a fault.
    private var faults = RepeatedNews()
    /// Of pauses for want of room.
    private var refusals = RepeatedNews()
    /// Whether the journal has a pause whose end it is to be told.
    private var isEndAwaited = false

    /// What may be sent now.
    var gate: CircuitBreaker.Gate { breaker.gate(at: .now) }

    /// When the next greeting is due; nil while nothing is paused, or it is under way.
    var end: ContinuousClock.Instant? { breaker.pause.flatMap { $0.until > .now ? $0.until : nil } }

    // MARK: Greetings

    func beginTrial() { breaker.beginTrial() }

    /// The engine answered a greeting, or understood and refused it.
    func endTrial(_ logger: Logger) {
        breaker.endTrial()
        guard isEndAwaited else { return }
        isEndAwaited = false
        logger.notice(
            "The engine answers again; prompts are sent to it",
            metadata: ["MESSAGE_ID": "\(MessageID.engineResumed.rawValue)"])
    }

    func failTrial(_ error: EngineError, retryDelay: Duration) {
        breaker.failTrial(EngineFault(error), asked: error.retryAfter, retryDelay: retryDelay, at: .now)
    }

    func abandonTrial() { breaker.abandonTrial() }

    /// Somebody says that the engine may work again.
    func endEarly() { breaker.endPause(at: .now) }

    // MARK: Prompts

    func noteAnswer(to key: PromptKey, sentAt: ContinuousClock.Instant) {
        breaker.noteAnswer(to: key, sentAt: sentAt)
    }

    /// A prompt met a fault that may be the engine's.
    ///
    /// - Parameter isLast: whether the prompt fails for good if it counts.
    func judge(
        _ error: EngineError, by key: PromptKey, sentAt: ContinuousClock.Instant, isLast: Bool,
        retryDelay: Duration, engine: String, logger: Logger
    ) -> CircuitBreaker.Verdict {
        let wasPaused = breaker.pause != nil
        let verdict = breaker.noteFault(
            EngineFault(error), by: key, sentAt: sentAt, isLast: isLast, retryDelay: retryDelay, at: .now)
        if !wasPaused { announce(engine, logger) }
        return verdict
    }

    /// A prompt was refused for want of room.
    ///
    /// - Returns: Nil where the refusal says nothing of the prompt.
    func noteRefusal(
        _ error: EngineError, by key: PromptKey, life: Int, sentAt: ContinuousClock.Instant,
        retryDelay: Duration, engine: String, logger: Logger
    ) -> CircuitBreaker.Verdict? {
        let wasPaused = breaker.pause != nil
        let verdict = breaker.noteRefusal(
            EngineFault(error), by: key, life: life, sentAt: sentAt, asked: error.retryAfter,
            retryDelay: retryDelay, at: .now)
        if !wasPaused { announce(engine, logger) }
        return verdict
    }

    /// A prompt has its outcome.
    func forget(_ key: PromptKey) { breaker.forget(key) }

    // MARK: Telling it

    private func announce(_ engine: String, _ logger: Logger) {
        guard let pause = breaker.pause else { return }
        let length = ContinuousClock.now.duration(to: pause.until)
        if pause.fault.blame == .load {
            guard let untold = refusals.tell(at: .now) else { return }
            logger.warning(
                "The engine has no room (\(pause.fault.what)); nothing is sent to it for \(Self.seconds(length))\(RepeatedNews.note(untold))"
            )
            return
        }
        guard let untold = faults.tell(at: .now) else { return }
        isEndAwaited = true
        logger.error(
            "Nothing is sent to the engine \(engine) for now, prompts are kept: \(pause.fault.what); \(pause.fault.remedy)\(RepeatedNews.note(untold))",
            metadata: ["MESSAGE_ID": "\(MessageID.enginePaused.rawValue)"])
    }

    /// What the status says of a pause; nil where there is none, or only a short want of room.
    func message(_ engine: String) -> String? {
        guard let pause = breaker.pause else { return nil }
        let now = ContinuousClock.now
        let age = pause.since.duration(to: now)
        guard pause.fault.blame != .load || age >= Self.patience else { return nil }
        let since = RFC3339.string(from: Date(timeIntervalSinceNow: -(age / .seconds(1))))
        let next = pause.until > now ? "in \(Self.seconds(now.duration(to: pause.until)))" : "under way"
        return
            "the engine \(engine) cannot be used: \(pause.fault.what) since \(since), next try \(next); prompts are kept; \(pause.fault.remedy)"
    }

    private static func seconds(_ duration: Duration) -> String {
        duration < .seconds(1)
            ? "\(Int((duration / .milliseconds(1)).rounded(.up))) ms"
            : "\(Int((duration / .seconds(1)).rounded())) s"
    }
}

/// Lets news of one kind be told when it is new, and at most once a minute as long as it repeats itself.
struct RepeatedNews {
    private static let interval: Duration = .seconds(60)

    private var lastTold: ContinuousClock.Instant?
    private var untold = 0

    /// Asks whether to tell it now.
    ///
    /// - Returns: How often it happened untold since the last time; nil if it is not to be told.
    mutating func tell(at now: ContinuousClock.Instant) -> Int? {
        if let lastTold, lastTold.duration(to: now) < Self.interval {
            untold += 1
            return nil
        }
        lastTold = now
        defer { untold = 0 }
        return untold
    }

    /// The end of a message that says how often it happened before.
    static func note(_ untold: Int) -> String {
        untold == 0 ? "" : " (\(untold) more times since this was last said)"
    }
}
