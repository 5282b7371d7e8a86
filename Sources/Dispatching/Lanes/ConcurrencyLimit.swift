/// How many requests a server run by others is sent at once, where nobody said how many it takes.
///
/// Servers that batch make more tokens a second in all with every further request, until they do not. So a base is kept of
/// which the tokens a second are known, and now and then a try is made with more, or with less: more becomes the base if it
/// makes 5 % more tokens a second, less if it makes hardly fewer. A round, in which those are counted, is as many answers as
/// two for each request under way. A refusal (429, 503) brings the base below what was refused.
///
/// A value without a clock: callers say when things happen.
struct ConcurrencyLimit {
    typealias Instant = ContinuousClock.Instant

    /// Requests at first.
    static let first = 4
    /// Tokens a second of a try with more requests, by the base's, from which it becomes the base.
    static let leastGain = 1.05
    /// The same of a try with fewer.
    static let mostLoss = 0.97
    /// Rounds at the base between two tries once it has stopped growing: what a server has to spare changes.
    static let roundsAtBase = 8
    static let roundsOfATry = 2
    private static let turnsOfARound = 2

    /// Tokens a second over some rounds.
    private struct Rate {
        var rounds = 0
        var tokens = 0
        var seconds = 0.0
        var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
    }

    /// The most.
    let greatest: Int
    /// Requests that may be under way.
    var current: Int { attempted ?? base }
    private var base: Int
    /// What is tried in place of the base.
    private var attempted: Int?
    private var atBase = Rate()
    private var atTry = Rate()
    /// As long as every try with more has gained, there is nothing to wait for.
    private var isGrowing = true
    private var triesMoreNext = true
    private var round = Rate()
    private var roundStart: Instant?
    private var lastRefusal: Instant?
    private var answers = 0
    /// Whether the limit, and not a want of prompts, held the round's requests back.
    private var wasReached = true

    init(greatest: Int) {
        self.greatest = max(1, greatest)
        base = min(Self.first, self.greatest)
    }

    /// Notes an answer.
    ///
    /// - Parameters:
    ///   - tokens: generated for it.
    ///   - inFlight: requests that were under way, its own included.
    mutating func noteAnswer(tokens: Int, inFlight: Int, at now: Instant) {
        guard let start = roundStart else { return beginRound(at: now) }
        answers += 1
        round.tokens += tokens
        if inFlight < current { wasReached = false }
        guard answers >= Self.turnsOfARound * current else { return }
        round.seconds = start.duration(to: now) / .seconds(1)
        if wasReached { count(round) }
        beginRound(at: now)
    }

    /// Notes a request that was refused for want of room.
    ///
    /// - Parameters:
    ///   - inFlight: requests that were under way, its own included.
    ///   - sentAt: what was sent before the last refusal, and is refused too, tells nothing more.
    mutating func noteRefusal(inFlight: Int, sentAt: Instant, at now: Instant) {
        if let lastRefusal, sentAt < lastRefusal { return }
        lastRefusal = now
        base = max(1, min(current, inFlight - 1, inFlight * 3 / 4))
        attempted = nil
        atBase = Rate()
        isGrowing = false
        triesMoreNext = true
        beginRound(at: now)
    }

    private mutating func beginRound(at now: Instant) {
        roundStart = now
        round = Rate()
        answers = 0
        wasReached = true
    }

    private mutating func count(_ round: Rate) {
        guard attempted == nil else {
            Self.add(round, to: &atTry)
            if atTry.rounds >= (isGrowing ? 1 : Self.roundsOfATry) { decide() }
            return
        }
        Self.add(round, to: &atBase)
        if atBase.rounds >= (isGrowing ? 1 : Self.roundsAtBase) { tryAnother() }
    }

    private mutating func tryAnother() {
        let more = min(greatest, base + max(1, base / 2))
        let less = max(1, base - max(1, base / 3))
        let wanted = isGrowing || triesMoreNext ? more : less
        atTry = Rate()
        attempted = wanted == base ? nil : wanted
        if attempted == nil {
            atBase = Rate()
            isGrowing = false
            triesMoreNext.toggle()
        }
    }

    private mutating func decide() {
        guard let tried = attempted else { return }
        let ratio = atTry.tokensPerSecond / max(atBase.tokensPerSecond, 1e-9)
        attempted = nil
        if ratio >= (tried > base ? Self.leastGain : Self.mostLoss) {
            base = tried
            atBase = atTry
            // What has paid once is gone on with.
            if isGrowing { tryAnother() }
        } else {
            isGrowing = false
            triesMoreNext = tried < base
            atBase = Rate()
        }
    }

    private static func add(_ round: Rate, to rate: inout Rate) {
        rate.rounds += 1
        rate.tokens += round.tokens
        rate.seconds += round.seconds
    }
}
