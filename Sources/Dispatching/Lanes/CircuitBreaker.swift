import Engine
import Spool

/// Decides whether an engine is sent prompts, and whether a failure is the engine's fault or the prompt's.
///
/// Closed, everything is sent. A fault that is the engine's opens it: prompts are kept, for a pause that doubles with
/// each failed try, from the retry delay to a minute. When the pause is over it is half open: one request of the
/// daemon's own, a greeting, is the trial, and closes it or opens it again. So no prompt is what an engine is tried
/// with, and what becomes of the greeting tells engine and prompt apart.
///
/// **Whose fault it is.** A fault on the route (credentials, address, a gateway's 502) is the engine's. It is the
/// prompt's where the engine is shown to work: since the same prompt met a fault before, others were answered or, as
/// long as few prompts meet any, a greeting was, and none met the fault. A fault of either (500, an answer that cannot be
/// read, a broken connection) counts against the prompt, unless several prompts in a row meet one, or it would be the
/// prompt's end: then, too, the engine has to be shown to work. No prompt fails for good before that was shown twice.
///
/// A value without a clock: callers say when things happen.
package struct CircuitBreaker {
    typealias Instant = ContinuousClock.Instant

    /// The longest pause that is not asked for.
    static let longestPause: Duration = .seconds(60)
    /// The shortest, whatever is configured or asked for.
    static let shortestPause: Duration = .milliseconds(100)
    /// So many prompts with a fault on the route, one after the other, are no coincidence.
    static let several = 3
    /// Where several prompts meet a fault on the route and greetings do not, so often is each kept; that takes hours.
    static let benefitOfDoubt = 6
    /// A prompt that was refused for want of room more often than that, though others were answered in between each time,
    /// will always be; by the growing waits this takes hours.
    static let refusalsThatMayPass = 14
    /// The longest that a prompt is kept beyond a pause, for others to be tried before it, unless the engine asks for more.
    static let longestWait: Duration = .seconds(1800)
    /// A prompt that did not come back for so long is not under way any more: somebody cancelled it.
    private static let memoryOfFailure: Duration = .seconds(3600)

    private let jitter: @Sendable () -> Double
    private(set) var pause: Pause?
    private var isTrialUnderWay = false
    /// Pauses since the engine last did its work.
    private var level = 0
    private var troubledSince: Instant?
    private var openedAt: Instant?
    private var answers = EngineAnswers()
    /// Prompts that met a fault.
    private var faulted = PromptMemory()
    /// Prompts that were refused for want of room.
    private var refused = PromptMemory()
    /// Prompts that met a fault since the last answer to any, and when they last did.
    private var failedInARow: [PromptKey: Instant] = [:]
    /// So many prompts in a row with a fault of either are the engine's fault. A greeting that is answered then shows
    /// that they are not, and more are let pass before it is asked again.
    private var tolerated = CircuitBreaker.several

    /// - Parameter jitter: gives what of a quarter is added to each pause, 0 to 1, so that several daemons before one
    ///   server do not come back together.
    init(jitter: @escaping @Sendable () -> Double = { .random(in: 0...1) }) {
        self.jitter = jitter
    }

    /// What may be sent now.
    func gate(at now: Instant) -> Gate {
        guard let pause else { return .closed }
        return isTrialUnderWay || now < pause.until ? .open : .trial
    }

    // MARK: Trials

    /// Somebody says that the engine may work again: a pause is over, and its trial is due.
    mutating func endPause(at now: Instant) {
        guard let pause, pause.until > now else { return }
        self.pause?.until = now
    }

    /// The greeting is sent.
    mutating func beginTrial() { isTrialUnderWay = true }

    /// The greeting was answered: prompts may be sent again.
    mutating func endTrial() {
        isTrialUnderWay = false
        answers.greetings += 1
        if pause?.fault.blame == .either {
            failedInARow = [:]
            tolerated = min(tolerated * 2, 1024)
            level = 0
        }
        pause = nil
    }

    /// The greeting met a fault as well.
    mutating func failTrial(
        _ fault: EngineFault, asked: Duration? = nil, retryDelay: Duration, at now: Instant
    ) {
        isTrialUnderWay = false
        answers.failedGreetings += 1
        open(fault, asked: asked, retryDelay: retryDelay, at: now)
    }

    /// The greeting came to nothing; it is to be sent again at once.
    mutating func abandonTrial() { isTrialUnderWay = false }

    // MARK: Prompts

    /// A prompt sent at `sentAt` was answered.
    mutating func noteAnswer(to key: PromptKey, sentAt: Instant) {
        answers.prompts += 1
        faulted[key] = nil
        refused[key] = nil
        failedInARow = [:]
        tolerated = Self.several
        if let pause, pause.fault.blame == .load, !pause.wasAskedFor, !isTrialUnderWay {
            self.pause = nil
        } else if isOld(sentAt) {
            return
        }
        level = 0
        troubledSince = nil
    }

    /// A prompt sent at `sentAt` met a fault on the route or of either.
    ///
    /// - Parameter isLast: whether the prompt fails for good if it counts.
    mutating func noteFault(
        _ fault: EngineFault, by key: PromptKey, sentAt: Instant, isLast: Bool, retryDelay: Duration,
        at now: Instant
    ) -> Verdict {
        let before = faulted[key]
        let isOld = isOld(sentAt)
        if faulted.note(key, answers) { failedInARow = [:] }
        failedInARow = failedInARow.filter { $0.value.duration(to: now) < Self.memoryOfFailure }
        if let before, isShownToWork(since: before, fault: fault, key: key) {
            faulted[key]?.isSuspect = true
            failedInARow[key] = nil
            if before.isSuspect || !isLast { return .prompt }
            return .engine(keepUntil: now + max(retryDelay, Self.shortestPause))
        }
        if before?.isSuspect != true { failedInARow[key] = now }
        let isTolerated =
            fault.blame == .either && pause == nil && !isOld && !isLast && failedInARow.count < tolerated
        if isTolerated { return .prompt }
        if pause == nil, !isOld { open(fault, asked: nil, retryDelay: retryDelay, at: now) }
        let timesKept = before?.timesKept ?? 0
        faulted[key]?.timesKept += 1
        if let before, answers.greetings > before.answers.greetings {
            faulted[key]?.timesKeptThoughGreeted += 1
        }
        let wait = min(
            pauseLength(level, retryDelay: retryDelay) * (1 << min(timesKept, 10)), Self.longestWait)
        // What the engine asked for is for the engine: another one may have the prompt before.
        let paused = min(max(now, pause?.until ?? now), now + Self.longestPause)
        return .engine(keepUntil: paused + (timesKept == 0 ? .zero : wait))
    }

    /// A prompt sent at `sentAt` was refused for want of room. One that was sent before a pause which is over says nothing of
    /// the room there is now.
    ///
    /// Some servers refuse a prompt so that is too large for them at any time. One that is refused again, though others were
    /// answered since, or a greeting was, lets others be tried before it, so that it holds up nobody.
    ///
    /// - Parameters:
    ///   - life: another one where the prompt had an outcome since, and is run again.
    ///   - asked: how long the engine wants to be left alone, if it said so.
    /// - Returns: Nil where the refusal says nothing of the prompt.
    mutating func noteRefusal(
        _ fault: EngineFault, by key: PromptKey, life: Int = 0, sentAt: Instant, asked: Duration?,
        retryDelay: Duration, at now: Instant
    ) -> Verdict? {
        if refused[key]?.life != life { refused[key] = nil }
        let before = refused[key]
        let isAlone = before.map { answers.areMore(than: $0.answers) } ?? false
        let timesAlone = (before?.timesAlone ?? 0) + (isAlone ? 1 : 0)
        refused.note(key, answers)
        refused[key]?.timesAlone = timesAlone
        refused[key]?.life = life
        // The engine has room for others, whatever it asks of this one.
        let asksOfAll = isAlone ? nil : asked
        if let pause {
            if pause.fault.blame == .load, let asksOfAll, now + asksOfAll > pause.until {
                self.pause?.until = now + asksOfAll
                self.pause?.wasAskedFor = true
            }
        } else if !isOld(sentAt) {
            open(fault, asked: asksOfAll, retryDelay: retryDelay, at: now)
        }
        guard isAlone else { return nil }
        let wait = max(retryDelay, Self.shortestPause) * (1 << min(timesAlone, 20))
        let keepUntil = now + max(min(wait, Self.longestWait), asked ?? .zero)
        return timesAlone > Self.refusalsThatMayPass
            ? .refusedPrompt(keepUntil: keepUntil) : .engine(keepUntil: keepUntil)
    }

    /// A prompt has its outcome, or is nobody's any more.
    mutating func forget(_ key: PromptKey) {
        faulted[key] = nil
        refused[key] = nil
        failedInARow[key] = nil
    }

    /// Whether the engine did its work, and never failed a greeting, since a prompt met a fault the last time.
    private func isShownToWork(
        since before: PromptMemory.Entry, fault: EngineFault, key: PromptKey
    ) -> Bool {
        guard answers.failedGreetings == before.answers.failedGreetings else { return false }
        if answers.prompts > before.answers.prompts { return true }
        let isOneOfFew = failedInARow.keys.count { $0 != key } + 1 < Self.several
        return answers.greetings > before.answers.greetings
            && (fault.blame == .either || isOneOfFew || before.timesKeptThoughGreeted >= Self.benefitOfDoubt)
    }

    // MARK: Opening

    /// Whether what was sent then says nothing that is not known: it is from before the last pause.
    private func isOld(_ sentAt: Instant) -> Bool { openedAt.map { sentAt < $0 } ?? false }

    private mutating func open(
        _ fault: EngineFault, asked: Duration?, retryDelay: Duration, at now: Instant
    ) {
        level += 1
        openedAt = now
        let since = troubledSince ?? now
        troubledSince = since
        let grown = pauseLength(level, retryDelay: retryDelay)
        let floor = max(retryDelay, Self.shortestPause)
        let length = asked.map { $0 >= floor ? $0 : grown } ?? grown
        pause = Pause(
            fault: fault, since: since, until: now + length * (1 + 0.25 * jitter()),
            wasAskedFor: asked.map { $0 >= floor } ?? false)
    }

    /// How long the pause of a level is, before jitter.
    private func pauseLength(_ level: Int, retryDelay: Duration) -> Duration {
        let shortest = max(retryDelay, Self.shortestPause)
        return min(shortest * (1 << min(max(level - 1, 0), 20)), max(shortest, Self.longestPause))
    }
}
