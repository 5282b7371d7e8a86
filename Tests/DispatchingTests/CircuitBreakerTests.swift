import Engine
import Spool
import Testing

@testable import Dispatching
@testable import Loops

@Suite("The circuit breaker tells an engine's faults from a prompt's")
struct CircuitBreakerTests {
    private let start = ContinuousClock.now
    private let delay: Duration = .seconds(2)
    private let gateway = EngineFault(.serverError(status: 502, message: ""))
    private let internalError = EngineFault(.serverError(status: 500, message: ""))
    private let busy = EngineFault(.overloaded(status: 429, message: "", retryAfter: nil))

    private func breaker(jitter: Double = 0) -> CircuitBreaker { CircuitBreaker(jitter: { jitter }) }
    private func key(_ line: Int) -> PromptKey { PromptKey(batch: 1, line: line) }
    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    /// Prompt `line`, sent a moment before, meets a fault.
    @discardableResult
    private func fail(
        _ breaker: inout CircuitBreaker, _ line: Int, _ fault: EngineFault, at seconds: Double,
        sent: Double? = nil, isLast: Bool = false
    ) -> CircuitBreaker.Verdict {
        breaker.noteFault(
            fault, by: key(line), sentAt: at(sent ?? seconds), isLast: isLast, retryDelay: delay,
            at: at(seconds))
    }

    private func isKept(_ verdict: CircuitBreaker.Verdict) -> Bool { verdict != .prompt }

    // MARK: Opening and closing

    @Test func closedUntilSomethingHappens() {
        #expect(breaker().gate(at: start) == .closed)
        #expect(breaker().pause == nil)
    }

    @Test func aFaultOnTheRouteOpensItAtOnce() {
        var breaker = breaker()
        #expect(isKept(fail(&breaker, 1, gateway, at: 0)))
        #expect(breaker.gate(at: at(1.9)) == .open)
        #expect(breaker.gate(at: at(2)) == .trial)
    }

    @Test func oneTrialAtATime() {
        var breaker = breaker()
        fail(&breaker, 1, gateway, at: 0)
        breaker.beginTrial()
        #expect(breaker.gate(at: at(100)) == .open)
        breaker.abandonTrial()
        #expect(breaker.gate(at: at(100)) == .trial)
        breaker.beginTrial()
        breaker.endTrial()
        #expect(breaker.gate(at: at(100)) == .closed)
        #expect(breaker.pause == nil)
    }

    @Test func pausesDoubleUpToAMinute() {
        var breaker = breaker()
        var now = 0.0
        fail(&breaker, 1, gateway, at: now)
        var pauses: [Double] = []
        for _ in 0..<8 {
            let until = breaker.pause.map { start.duration(to: $0.until) / .seconds(1) } ?? 0
            pauses.append(until - now)
            now = until
            breaker.beginTrial()
            breaker.failTrial(gateway, retryDelay: delay, at: at(now))
        }
        #expect(pauses == [2, 4, 8, 16, 32, 60, 60, 60])
        #expect(breaker.pause?.since == start, "since when it is, not since the last try")
    }

    @Test func aLongerRetryDelayIsNotCutShort() {
        var breaker = breaker()
        _ = breaker.noteFault(
            gateway, by: key(1), sentAt: start, isLast: false, retryDelay: .seconds(300), at: start)
        #expect(breaker.pause?.until == at(300))
    }

    @Test func jitterAddsUpToAQuarter() {
        for (jitter, seconds) in [(0.0, 2.0), (0.5, 2.25), (1, 2.5)] {
            var breaker = breaker(jitter: jitter)
            fail(&breaker, 1, gateway, at: 0)
            #expect(breaker.pause?.until == at(seconds))
        }
    }

    @Test func anAnswerEndsTheGrowth() {
        var breaker = breaker()
        for now in [0.0, 10, 20] {
            fail(&breaker, Int(now), gateway, at: now)
            breaker.beginTrial()
            breaker.endTrial()
        }
        fail(&breaker, 30, gateway, at: 30)
        #expect(breaker.pause?.until == at(30 + 16))
        breaker.beginTrial()
        breaker.endTrial()
        breaker.noteAnswer(to: key(40), sentAt: at(50))
        fail(&breaker, 50, gateway, at: 60)
        #expect(breaker.pause?.until == at(62))
        #expect(breaker.pause?.since == at(60))
    }

    @Test func whatWasSentBeforeThePauseIsNoNews() {
        var breaker = breaker()
        fail(&breaker, 1, gateway, at: 10, sent: 9)
        for line in 2...9 { #expect(isKept(fail(&breaker, line, gateway, at: 10.5, sent: 9))) }
        #expect(breaker.pause?.until == at(12))
        breaker.beginTrial()
        breaker.endTrial()
        #expect(isKept(fail(&breaker, 10, gateway, at: 30, sent: 9)))
        #expect(breaker.gate(at: at(30)) == .closed)
        breaker.noteAnswer(to: key(11), sentAt: at(9))
        fail(&breaker, 12, gateway, at: 31)
        #expect(breaker.pause?.until == at(35), "an old answer does not end the growth")
    }

    // MARK: Whose fault

    @Test func whatOneMeetsWhileOthersAreAnsweredIsItsOwn() {
        for fault in [gateway, internalError] {
            var breaker = breaker()
            fail(&breaker, 1, fault, at: 0)
            breaker.noteAnswer(to: key(2), sentAt: at(3))
            #expect(fail(&breaker, 1, fault, at: 4) == .prompt)
            breaker.noteAnswer(to: key(3), sentAt: at(5))
            #expect(fail(&breaker, 1, fault, at: 6, isLast: true) == .prompt)
        }
    }

    @Test func itsOwnFaultsDoNotStopTheOthers() {
        var breaker = breaker()
        fail(&breaker, 1, gateway, at: 0)
        breaker.beginTrial()
        breaker.endTrial()
        breaker.noteAnswer(to: key(2), sentAt: at(3))
        #expect(fail(&breaker, 1, gateway, at: 4) == .prompt)
        #expect(breaker.gate(at: at(4)) == .closed)
    }

    @Test func aloneItIsToldByTheGreeting() {
        var breaker = breaker()
        var counted = 0
        for second in 0..<20 {
            if fail(&breaker, 1, gateway, at: Double(second * 100)) == .prompt { counted += 1 }
            if breaker.gate(at: at(Double(second * 100 + 99))) == .trial {
                breaker.beginTrial()
                breaker.endTrial()
            }
        }
        #expect(counted == 10, "each second time, after a greeting")
    }

    @Test func severalThatAllMeetAGatewayAreNotToldByTheGreetingForHours() {
        var breaker = breaker()
        var kept = 0
        for round in 0..<18 {
            if isKept(fail(&breaker, round % 3, gateway, at: Double(round * 1000))) { kept += 1 }
            breaker.beginTrial()
            breaker.endTrial()
        }
        #expect(kept == 18)
    }

    @Test func whatTheyMetWhileTheEngineWasDownIsNotHeldAgainstThem() {
        var breaker = breaker()
        for outage in 0..<10 {
            let now = Double(outage * 100)
            #expect(isKept(fail(&breaker, 1, gateway, at: now)))
            breaker.beginTrial()
            breaker.failTrial(gateway, retryDelay: delay, at: at(now + 2))
            breaker.beginTrial()
            breaker.endTrial()
            breaker.noteAnswer(to: key(100 + outage), sentAt: at(now + 50))
        }
    }

    @Test func nothingFailsForGoodByOneCoincidence() {
        var breaker = breaker()
        #expect(isKept(fail(&breaker, 1, gateway, at: 0, isLast: true)))
        breaker.noteAnswer(to: key(2), sentAt: at(3))
        #expect(isKept(fail(&breaker, 1, gateway, at: 4, isLast: true)))
        breaker.noteAnswer(to: key(3), sentAt: at(5))
        #expect(fail(&breaker, 1, gateway, at: 6, isLast: true) == .prompt)
    }

    @Test func suspectsSayNothingAgainstTheEngine() {
        var breaker = breaker()
        for line in 1...5 { fail(&breaker, line, gateway, at: 0) }
        breaker.beginTrial()
        breaker.endTrial()
        breaker.noteAnswer(to: key(9), sentAt: at(3))
        for line in 1...5 { #expect(fail(&breaker, line, gateway, at: 4) == .prompt) }
        for line in 1...5 { #expect(isKept(fail(&breaker, line, gateway, at: 5))) }
        breaker.beginTrial()
        breaker.endTrial()
        for line in 1...5 { #expect(fail(&breaker, line, gateway, at: 100) == .prompt) }
    }

    @Test func aFailureOfEitherCountsButNotSeveralInARow() {
        var breaker = breaker()
        #expect(fail(&breaker, 1, internalError, at: 0) == .prompt)
        #expect(fail(&breaker, 2, internalError, at: 0) == .prompt)
        #expect(breaker.gate(at: start) == .closed)
        #expect(isKept(fail(&breaker, 3, internalError, at: 0)))
        #expect(breaker.gate(at: start) == .open)
        #expect(isKept(fail(&breaker, 4, internalError, at: 0)))
    }

    @Test func answersBetweenThemBreakTheRow() {
        var breaker = breaker()
        for line in 1...50 {
            #expect(fail(&breaker, line, internalError, at: Double(line)) == .prompt)
            if line % 2 == 0 { breaker.noteAnswer(to: key(1000 + line), sentAt: at(Double(line))) }
        }
    }

    @Test func nothingFailsForGoodBeforeTheEngineIsShownToWork() {
        var breaker = breaker()
        #expect(isKept(fail(&breaker, 1, internalError, at: 0, isLast: true)))
        #expect(breaker.gate(at: at(2)) == .trial)
        breaker.beginTrial()
        breaker.failTrial(internalError, retryDelay: delay, at: at(2))
        breaker.beginTrial()
        breaker.endTrial()
        #expect(isKept(fail(&breaker, 1, internalError, at: 10, isLast: true)), "it was down")
        for now in [20.0, 30] {
            breaker.beginTrial()
            breaker.endTrial()
            let isSecond = now == 30
            #expect((fail(&breaker, 1, internalError, at: now, isLast: true) == .prompt) == isSecond)
        }
    }

    @Test func anEngineThatGreetsIsAskedLessAndLess() {
        var breaker = breaker()
        var openings = 0
        for line in 0..<300 {
            fail(&breaker, line, internalError, at: Double(line))
            guard breaker.pause != nil else { continue }
            openings += 1
            #expect(breaker.pause?.until == at(Double(line) + 2), "and each pause is a short one")
            breaker.beginTrial()
            breaker.endTrial()
        }
        #expect(openings <= 8)
    }

    @Test func keptPromptsMakeRoomForOthers() {
        var breaker = breaker()
        var waits: [Double] = []
        for round in 0..<6 {
            let now = Double(round * 500)
            for line in 1...3 {
                guard case .engine(let until) = fail(&breaker, line, gateway, at: now) else { continue }
                if line == 1 { waits.append(at(now).duration(to: until) / .seconds(1)) }
            }
            breaker.beginTrial()
            breaker.endTrial()
        }
        #expect(waits.count == 6)
        #expect(waits == waits.sorted())
        #expect(waits.allSatisfy { $0 <= 1860 })
    }

    @Test func forgottenPromptsStandForNothing() {
        var breaker = breaker()
        for line in 1...3 { fail(&breaker, line, gateway, at: 0) }
        for line in 1...2 { breaker.forget(key(line)) }
        breaker.beginTrial()
        breaker.endTrial()
        #expect(fail(&breaker, 3, gateway, at: 10) == .prompt)
    }

    @Test func promptsThatNeverCameBackStandForNothingAfterAnHour() {
        var breaker = breaker()
        for line in 1...3 { fail(&breaker, line, gateway, at: 0) }
        breaker.beginTrial()
        breaker.endTrial()
        fail(&breaker, 9, gateway, at: 4000)
        breaker.beginTrial()
        breaker.endTrial()
        #expect(fail(&breaker, 9, gateway, at: 4100) == .prompt)
    }

    // MARK: Want of room

    @discardableResult private func refuse(
        _ breaker: inout CircuitBreaker, _ line: Int = 1, life: Int = 0, asked: Duration?, at seconds: Double,
        sentAt: Double? = nil, delay: Duration? = nil
    ) -> CircuitBreaker.Verdict? {
        breaker.noteRefusal(
            busy, by: key(line), life: life, sentAt: at(sentAt ?? seconds), asked: asked,
            retryDelay: delay ?? self.delay, at: at(seconds))
    }

    @Test func aRefusalFromBeforeAPauseThatIsOverOpensNoOther() {
        var breaker = breaker()
        refuse(&breaker, 1, asked: .seconds(10), at: 5)
        breaker.beginTrial()
        breaker.endTrial()
        refuse(&breaker, 2, asked: .seconds(3600), at: 20, sentAt: 4)
        #expect(breaker.gate(at: at(20)) == .closed)
        refuse(&breaker, 3, asked: .seconds(30), at: 21)
        #expect(breaker.pause?.until == at(51))
    }

    /// As some servers do with one that is larger than they take at any time.
    @Test func aPromptThatIsAlwaysRefusedLetsOthersBeTriedBeforeIt() throws {
        var breaker = breaker()
        #expect(refuse(&breaker, 1, asked: nil, at: 0) == nil)
        breaker.beginTrial()
        breaker.endTrial()
        var waits: [Duration] = []
        for turn in 1...CircuitBreaker.refusalsThatMayPass {
            let now = Double(100 * turn)
            guard case .engine(let keepUntil) = refuse(&breaker, 1, asked: nil, at: now) else {
                Issue.record("it may still pass")
                return
            }
            waits.append(at(now).duration(to: keepUntil))
            #expect(refuse(&breaker, 100 + turn, asked: nil, at: now) == nil, "the engine's, for all we know")
            breaker.noteAnswer(to: key(2), sentAt: at(now + 1))
        }
        #expect(waits[0] >= delay && waits == waits.sorted() && waits.last == CircuitBreaker.longestWait)
        #expect(
            waits.reduce(.zero, +) > .seconds(3600), "that is long enough for any limit of a minute or so")
        #expect(
            refuse(&breaker, 1, asked: nil, at: 5000)
                == .refusedPrompt(keepUntil: at(5000) + CircuitBreaker.longestWait))
        breaker.noteAnswer(to: key(1), sentAt: at(5001))
        #expect(refuse(&breaker, 1, asked: nil, at: 5002) == nil)
    }

    /// It had its outcome at another engine of the pool.
    @Test func aPromptThatIsRunAgainWasNeverRefused() {
        var breaker = breaker()
        refuse(&breaker, 1, asked: nil, at: 0)
        for turn in 1...CircuitBreaker.refusalsThatMayPass {
            breaker.noteAnswer(to: key(2), sentAt: at(Double(turn)))
            refuse(&breaker, 1, asked: nil, at: Double(turn))
        }
        breaker.noteAnswer(to: key(2), sentAt: at(100))
        #expect(refuse(&breaker, 1, life: 1, asked: nil, at: 101) == nil)
        breaker.noteAnswer(to: key(2), sentAt: at(102))
        #expect(refuse(&breaker, 1, life: 1, asked: nil, at: 103) == .engine(keepUntil: at(103) + delay * 2))
    }

    /// What the engine asks for when it refuses a prompt alone is no pause for the others, which it answers.
    @Test func anEngineIsNotLeftAloneForAPromptThatItAlwaysRefuses() {
        var breaker = breaker()
        refuse(&breaker, 1, asked: .seconds(60), at: 0)
        #expect(breaker.pause?.until == at(60))
        breaker.beginTrial()
        breaker.endTrial()
        breaker.noteAnswer(to: key(2), sentAt: at(61))
        let verdict = refuse(&breaker, 1, asked: .seconds(3600), at: 62)
        #expect(verdict == .engine(keepUntil: at(62) + .seconds(3600)))
        #expect(breaker.pause.map { $0.until <= at(62) + delay * 2 } == true)
    }

    /// The pause that an engine asks for is not the prompts': another engine may have them.
    @Test func aPromptIsNotKeptAsLongAsAnEngineAsksToBeLeftAlone() {
        var breaker = breaker()
        refuse(&breaker, 1, asked: .seconds(3600), at: 0)
        guard case .engine(let keepUntil) = fail(&breaker, 2, gateway, at: 1) else {
            Issue.record("it is the engine's fault")
            return
        }
        #expect(keepUntil <= at(1) + CircuitBreaker.longestPause)
    }

    @Test func theEngineIsLeftAloneAsLongAsItAsks() {
        var breaker = breaker()
        refuse(&breaker, asked: .seconds(30), at: 0)
        #expect(breaker.pause?.until == at(30))
        refuse(&breaker, asked: .seconds(40), at: 0)
        refuse(&breaker, asked: .seconds(5), at: 0)
        #expect(breaker.pause?.until == at(40))
        breaker.noteAnswer(to: key(1), sentAt: at(-1))
        #expect(breaker.gate(at: at(39)) == .open)
        breaker.beginTrial()
        breaker.failTrial(busy, asked: .seconds(30), retryDelay: delay, at: at(40))
        #expect(breaker.pause?.until == at(70), "what is asked for does not grow")
    }

    @Test(arguments: [Duration.zero, .milliseconds(1), nil])
    func aPauseIsNeverNothing(asked: Duration?) {
        var breaker = breaker()
        refuse(&breaker, asked: asked, at: 0, delay: .zero)
        var now = 0.0
        var pauses: [Double] = []
        for _ in 0..<12 {
            let until = breaker.pause.map { start.duration(to: $0.until) / .seconds(1) } ?? 0
            pauses.append(((until - now) * 10).rounded() / 10)
            now = until
            breaker.beginTrial()
            breaker.failTrial(busy, asked: asked, retryDelay: .zero, at: at(now))
        }
        #expect(pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60, 60])
    }

    @Test func anAnswerMakesRoomUnlessATimeWasAskedFor() {
        var breaker = breaker()
        refuse(&breaker, asked: nil, at: 0)
        breaker.noteAnswer(to: key(1), sentAt: at(-1))
        #expect(breaker.gate(at: start) == .closed)
        refuse(&breaker, asked: nil, at: 1)
        refuse(&breaker, asked: .seconds(30), at: 1)
        breaker.noteAnswer(to: key(2), sentAt: at(-1))
        #expect(breaker.gate(at: at(30)) == .open)
    }

    @Test func aRefusalDoesNotEndAPauseForAFault() {
        var breaker = breaker()
        fail(&breaker, 1, gateway, at: 0)
        refuse(&breaker, asked: .seconds(50), at: 0)
        #expect(breaker.pause?.fault == gateway)
        breaker.noteAnswer(to: key(2), sentAt: at(-1))
        #expect(breaker.gate(at: at(1)) == .open)
    }

    // MARK: Telling

    @Test func newsAreToldOnceAMinuteWithTheirNumber() {
        var news = RepeatedNews()
        #expect(news.tell(at: start) == 0)
        for second in 1..<60 { #expect(news.tell(at: at(Double(second))) == nil) }
        #expect(news.tell(at: at(60)) == 59)
        #expect(news.tell(at: at(61)) == nil)
        #expect(news.tell(at: at(1000)) == 1)
    }
}
