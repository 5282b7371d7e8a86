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
