/// How long is waited between two tries to tell of a batch: 5 seconds, doubling, at most an hour, and up to a quarter more
/// at random, so that what failed together is not tried together.
enum HookPauses {
    private static let shortest: Duration = .seconds(5)
    private static let longest: Duration = .seconds(3600)
    /// The longest that a receiver may ask for (`Retry-After`).
    static let longestAsked: Duration = .seconds(86_400)

    /// - Parameter tries: that were in vain, at least 1.
    static func pause(after tries: Int, share: Double = .random(in: 0...0.25)) -> Duration {
        let doublings = min(tries - 1, 10)
        return min(shortest * (1 << doublings), longest) * (1 + share)
    }
}
