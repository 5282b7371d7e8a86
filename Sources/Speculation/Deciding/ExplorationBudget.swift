/// How much has been spent on measuring, and how much may be.
///
/// Tokens generated at a setting that was not thought best count as spent. Spending stays within a share of all
/// generated tokens, apart from a fixed first allowance that lets a new engine be measured at all.
public struct ExplorationBudget: Sendable, Hashable, Codable {
    /// Tokens that may be spent before any share has accrued.
    public static let firstAllowance = 2000.0

    /// Tokens generated in all.
    public private(set) var totalTokens = 0.0
    /// Tokens generated at settings that were measured rather than thought best.
    public private(set) var spentTokens = 0.0

    public init() {}

    /// Counts a finished generation.
    public mutating func record(tokens: Int, explored: Bool) {
        totalTokens += Double(max(0, tokens))
        if explored { spentTokens += Double(max(0, tokens)) }
    }

    /// Tokens that may be spent now.
    public func allowance(share: Double) -> Double {
        max(0, share * totalTokens + Self.firstAllowance - spentTokens)
    }
}
