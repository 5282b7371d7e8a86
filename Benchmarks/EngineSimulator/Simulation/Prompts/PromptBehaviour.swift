/// How one prompt behaves: how long its answer gets, and which drafts are accepted.
public struct PromptBehaviour: Sendable, Hashable {
    /// Tokens of the answer where nothing cuts it short.
    public var answerTokens: Int
    /// Acceptance by position, on the probit scale.
    private let probits: [Double]
    /// Acceptance by position.
    public let acceptance: [Double]
    private let confidenceSpread: Double

    init(answerTokens: Int, probits: [Double], confidenceSpread: Double) {
        self.answerTokens = answerTokens
        self.probits = probits
        acceptance = probits.map(NormalDistribution.probability)
        self.confidenceSpread = confidenceSpread
    }

    /// A draft: its tokens, what it took to make it, and how many of them are accepted.
    struct Draft: Sendable, Hashable {
        var drafts = SlotDrafts(verified: 0)
        var accepted = 0
    }

    /// Drafts up to `depth` tokens.
    func draft(depth: Int, cut: ConfidenceCut, random: inout RandomStream) -> Draft {
        guard depth > 0 else { return Draft() }
        return cut.isOff
            ? draft(depth: depth, random: &random) : cutDraft(depth: depth, cut: cut, random: &random)
    }

    private func draft(depth: Int, random: inout RandomStream) -> Draft {
        var accepted = 0
        while accepted < depth, random.uniform() < acceptance[min(accepted, acceptance.count - 1)] {
            accepted += 1
        }
        return Draft(drafts: SlotDrafts(verified: depth), accepted: accepted)
    }

    /// What follows a rejected token is drafted from a wrong text; its confidence is taken to be like that of a right one.
    private func cutDraft(depth: Int, cut: ConfidenceCut, random: inout RandomStream) -> Draft {
        let widened = (1 + confidenceSpread * confidenceSpread).squareRoot()
        var draft = Draft()
        var isRight = true
        for position in 0..<depth {
            let middle = widened * probits[min(position, probits.count - 1)]
            let confidence = middle + confidenceSpread * random.normal()
            guard confidence >= cut.probit else {
                draft.drafts.passes = position + 1
                return draft
            }
            draft.drafts.verified = position + 1
            // Right with probability Φ(confidence).
            isRight = isRight && random.normal() < confidence
            if isRight { draft.accepted += 1 }
        }
        draft.drafts.passes = depth
        return draft
    }
}

/// The confidence below which no draft is made: `--spec-draft-p-min`.
struct ConfidenceCut: Sendable, Hashable {
    let isOff: Bool
    /// The threshold on the probit scale.
    let probit: Double

    init(pMin: Double) {
        isOff = pMin <= 0
        probit = NormalDistribution.quantile(pMin)
    }
}
