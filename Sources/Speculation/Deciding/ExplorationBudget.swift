/// How much has been spent on measuring, and how much may be.
///
/// Tokens generated at a setting that was not thought best count as spent. Spending stays within a share of all
/// generated tokens, apart from a first allowance that lets a new engine be measured at all.
public struct ExplorationBudget: Sendable, Hashable, Codable {
    /// Tokens generated in all.
    public private(set) var totalTokens = 0.0
    /// Tokens generated at settings that were measured rather than thought best.
    public private(set) var spentTokens = 0.0

    public init() {}

    /// Whether the figures are possible, as decoded state must be.
    var isSound: Bool {
        totalTokens.isFinite && spentTokens.isFinite && spentTokens >= 0 && spentTokens <= totalTokens
    }

    /// Counts a finished generation.
    public mutating func record(tokens: Int, explored: Bool) {
        totalTokens += Double(max(0, tokens))
        if explored { spentTokens += Double(max(0, tokens)) }
    }

    /// Tokens that may be spent now, with so many tokens to be generated for what waits.
    func allowance(share: Double, waitingTokens: Double, _ constants: Constants.Choosing) -> Double {
        let first = min(constants.firstAllowance, constants.firstShare * waitingTokens)
        return max(0, share * totalTokens + first - spentTokens)
    }
}
