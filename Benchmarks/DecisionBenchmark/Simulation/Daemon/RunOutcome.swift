import Speculation

/// How a batch went.
package struct RunOutcome: Sendable {
    /// One answer.
    package struct Answer: Sendable {
        package let line: Int
        /// The hidden group and the template that its prompt is of.
        package let group: String
        package let setting: DraftSetting
        package let tokens: Int
        /// Its share of the engine's time, in seconds.
        package let shareSeconds: Double
        /// Tokens a second that were expected of it, and that it had; nil where there was no step.
        package let expectedSpeed: Double?
        package let speed: Double?
        /// Whether it was the first of its kind, to learn what its drafts do.
        package let isFirstLook: Bool
    }

    /// From the daemon's start, with its engine's, to the last answer.
    package internal(set) var seconds = 0.0
    package internal(set) var answers: [Answer] = []
    /// Engines that were started.
    package internal(set) var starts = 0
    /// Changes of the lane's setting, with and without a start.
    package internal(set) var changes = 0

    package var tokens: Int { answers.reduce(0) { $0 + $1.tokens } }

    /// Share of the tokens that were generated for first looks.
    package var firstLookShare: Double {
        let looks = answers.reduce(0) { $0 + ($1.isFirstLook ? $1.tokens : 0) }
        return Double(looks) / Double(max(1, tokens))
    }

    /// By how much the speed that was expected of each answer was off, as a share of the one it had.
    package var predictionErrors: [Double] {
        answers.compactMap { answer in
            guard let expected = answer.expectedSpeed, let speed = answer.speed, speed > 0 else { return nil }
            return abs(expected / speed - 1)
        }
    }

    /// Seconds of the engine by hidden group and template.
    package var shareSecondsByGroup: [String: Double] {
        answers.reduce(into: [:]) { $0[$1.group, default: 0] += $1.shareSeconds }
    }
}
