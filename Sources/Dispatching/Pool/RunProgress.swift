/// How far the runs of dispatchers have come, by their numbers.
struct RunProgress {
    private struct Progress {
        let isTrial: Bool
        /// The engines of a trial answer.
        var hasAnswered = false
        /// A trial may go on.
        var isAdmitted = false
        /// It takes prompts.
        var isReady = false
        var hasEnded = false
        /// What ended it, if not a stop.
        var error: (any Error)?
    }

    private var known: [Int: Progress] = [:]

    mutating func begin(_ run: Int, isTrial: Bool) { known[run] = Progress(isTrial: isTrial) }

    mutating func forgetAll(but runs: [Int]) { known = known.filter { runs.contains($0.key) } }

    /// The engines of a trial answer.
    mutating func noteAnswer(of run: Int) { known[run]?.hasAnswered = true }

    /// A trial may go on.
    mutating func admit(_ run: Int) { known[run]?.isAdmitted = true }

    /// It takes prompts.
    mutating func noteReady(_ run: Int) { known[run]?.isReady = true }

    mutating func end(_ run: Int, _ error: (any Error)?) {
        known[run]?.error = error
        known[run]?.hasEnded = true
    }

    /// Whether it is being tried, and not admitted yet.
    func isTrial(_ run: Int) -> Bool { known[run].map { $0.isTrial && !$0.isAdmitted } ?? false }

    func hasAnswered(_ run: Int) -> Bool { known[run]?.hasAnswered == true }

    func isAdmitted(_ run: Int) -> Bool { known[run]?.isAdmitted == true }

    func isReady(_ run: Int) -> Bool { known[run]?.isReady == true }

    /// Whether it has ended, or nothing is known of it any more.
    func hasEnded(_ run: Int) -> Bool { known[run]?.hasEnded ?? true }

    func error(of run: Int) -> (any Error)? { known[run]?.error }
}
