/// Estimates how long the rest takes from how long the part that was watched took.
struct RemainingTime: Sendable {
    private var first: (done: Int, seconds: Double)?

    /// - Parameters:
    ///   - done: prompts done by now.
    ///   - seconds: the time now, on any steady clock.
    /// - Returns: Seconds until `total` are done; nil until a prompt was seen to finish.
    mutating func estimate(done: Int, of total: Int, at seconds: Double) -> Double? {
        guard let first else {
            first = (done, seconds)
            return nil
        }
        let finished = done - first.done
        let elapsed = seconds - first.seconds
        guard finished > 0, elapsed > 0 else { return nil }
        return Double(total - done) * elapsed / Double(finished)
    }
}
