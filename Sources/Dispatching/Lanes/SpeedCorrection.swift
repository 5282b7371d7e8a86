import Glibc
import Speculation

/// By how much answers lately came faster or slower than the model says.
///
/// The model knows the steps of an engine whose slots are all busy. Answers show more: neighbours' prompts are read
/// meanwhile, and slots are empty for a moment between two answers. How much that takes depends on the work, so it is
/// followed and not modelled. It serves figures that are compared with measured ones; what is chosen does not depend on
/// it, since it meets all settings alike.
struct SpeedCorrection {
    /// What one answer counts for.
    private static let gain = 0.1
    /// The largest surprise, as a logarithm, that counts in full: beyond are stalls.
    private static let largestSurprise = 0.5

    private(set) var logFactor = 0.0

    /// Notes an answer, of which the model had said `expected` tokens a second.
    mutating func note(expected: Double, tokens: Int, milliseconds: Double) {
        guard expected > 0, tokens > 0, milliseconds > 0 else { return }
        let surprise = log(Double(tokens) * 1000 / milliseconds / expected) - logFactor
        guard surprise.isFinite else { return }
        logFactor += Self.gain * min(Self.largestSurprise, max(-Self.largestSurprise, surprise))
    }

    /// The decision with the speeds that its answer is expected to show.
    func corrected(_ decision: Decision) -> Decision {
        var decision = decision
        decision.tokensPerSecond *= exp(logFactor)
        decision.baselineTokensPerSecond *= exp(logFactor)
        return decision
    }
}
