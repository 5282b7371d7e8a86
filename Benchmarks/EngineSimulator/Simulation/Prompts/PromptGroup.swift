import Glibc
import JSON
import PromptBatch

/// Prompts whose drafts are accepted alike and whose answers are about equally long.
///
/// **Acceptance.** Position k of a draft is accepted with probability q_k if those before it were. A prompt's own
/// probabilities scatter: on the probit scale they are q_k's, widened so that their mean stays q_k, plus one normal
/// deviation for the whole prompt.
///
/// **Confidence.** Where p-min cuts drafts, each has a confidence c, which is the probability with which it is then
/// accepted: the drafting head is calibrated. On the probit scale c is normal around the position's acceptance, with
/// ``confidenceSpread``, again so that the mean of c is that acceptance. 0: every draft is equally sure, and p-min keeps
/// all or none; large: each is nearly certain to be right or wrong, and p-min drops the wrong ones.
public struct PromptGroup: Sendable, Hashable {
    /// q_k by position; further positions are as the last.
    public let acceptance: [Double]
    /// Deviation of prompts, on the probit scale.
    public let acceptanceDeviation: Double
    /// On the probit scale.
    public let confidenceSpread: Double
    public let answerTokens: AnswerTokens

    /// Lengths of answers, log-normal.
    public struct AnswerTokens: Sendable, Hashable {
        public let median: Double
        /// Of the logarithm.
        public let deviation: Double
    }

    init(_ json: JSON, at path: String) throws(SimulationFileError) {
        var fields = try FieldReader(json, at: path)
        var acceptance: [Double] = []
        for (index, value) in try fields.list("acceptance").enumerated() {
            let path = "\(path).acceptance[\(index)]"
            guard let probability = value.doubleValue else {
                throw SimulationFileError(.wrongType, at: path, "it must be a number, not \(value.summary)")
            }
            guard (0...1).contains(probability) else {
                throw SimulationFileError(.outOfRange, at: path, "it is \(probability), and no probability")
            }
            acceptance.append(probability)
        }
        guard !acceptance.isEmpty else {
            throw SimulationFileError(
                .outOfRange, at: "\(path).acceptance", "it is empty; give a probability for each position")
        }
        self.acceptance = acceptance
        acceptanceDeviation = try fields.number("acceptance_deviation", else: 0)
        confidenceSpread = try fields.number("confidence_spread", else: 1)
        var length = try fields.fields("answer_tokens")
        answerTokens = AnswerTokens(
            median: try length.positive("median"), deviation: try length.number("deviation", else: 0))
        try length.finish()
        try fields.finish()
    }

    /// How a prompt of this group behaves.
    ///
    /// - Parameters:
    ///   - shift: what its template adds to its acceptances, on the probit scale.
    ///   - factor: by what its template makes its answer longer.
    public func behaviour(
        shiftedBy shift: Double = 0, longerBy factor: Double = 1, random: inout RandomStream
    ) -> PromptBehaviour {
        let deviation = shift + acceptanceDeviation * random.normal()
        let widened = (1 + acceptanceDeviation * acceptanceDeviation).squareRoot()
        let tokens = factor * answerTokens.median * exp(answerTokens.deviation * random.normal())
        return PromptBehaviour(
            answerTokens: max(1, Int(tokens.rounded())),
            probits: acceptance.map { NormalDistribution.quantile($0) * widened + deviation },
            confidenceSpread: confidenceSpread)
    }
}
