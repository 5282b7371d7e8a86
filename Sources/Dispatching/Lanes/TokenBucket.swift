/// Allows so many requests in any minute, and no more.
///
/// A token bucket: each request takes a token, and tokens come back evenly. The bucket holds what comes back in about a
/// second, at least one, so that requests are spread over the minute. It is kept as the time at which the bucket is full
/// again (the generic cell rate algorithm, ITU-T I.371), which needs no fractions of tokens.
struct TokenBucket: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// The time in which a token comes back.
    let interval: Duration
    /// How much earlier than the bucket is full there is a token in it.
    private let tolerance: Duration
    private var fullAt: Instant?

    /// - Parameter requestsPerMinute: At least 1.
    init(requestsPerMinute: Int) {
        let capacity = max(1, requestsPerMinute / 60)
        // A minute may begin with a full bucket.
        let exact = Duration.seconds(60) / max(1, requestsPerMinute - (capacity - 1))
        // The quotient is rounded down, by which a minute could have one more.
        interval = exact + Duration(secondsComponent: 0, attosecondsComponent: 1)
        tolerance = interval * (capacity - 1)
    }

    /// Takes a token for a request.
    ///
    /// - Returns: Whether there was one.
    mutating func take(at now: Instant) -> Bool {
        guard wait(at: now) == .zero else { return false }
        fullAt = max(now, fullAt ?? now) + interval
        return true
    }

    /// How long it takes until there is a token; zero: there is one.
    func wait(at now: Instant) -> Duration {
        guard let fullAt else { return .zero }
        return max(.zero, now.duration(to: fullAt) - tolerance)
    }

    /// Puts the token of a request back that was not sent after all.
    mutating func giveBack() {
        if let fullAt { self.fullAt = fullAt - interval }
    }
}
