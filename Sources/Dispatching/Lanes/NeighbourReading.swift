import Speculation

/// How long answers wait while neighbours' prompts are read, by what the last ones waited.
struct NeighbourReading {
    /// What is kept of the past with each request.
    private static let memory = 0.9

    private var milliseconds = 0.0
    private var tokens = 0.0

    mutating func note(milliseconds: Double, tokens: Int) {
        self.milliseconds = Self.memory * self.milliseconds + milliseconds
        self.tokens = Self.memory * self.tokens + Double(tokens)
    }

    /// The decision with the speeds that an answer among others will show.
    func slowing(_ decision: Decision) -> Decision {
        guard tokens > 0 else { return decision }
        let perToken = milliseconds / tokens
        func slowed(_ speed: Double) -> Double { speed > 0 ? 1000 / (1000 / speed + perToken) : speed }
        var slower = decision
        slower.tokensPerSecond = slowed(decision.tokensPerSecond)
        slower.baselineTokensPerSecond = slowed(decision.baselineTokensPerSecond)
        return slower
    }
}
