import JSON
import Workload

/// One row of a ``BatchSummary``'s table: the prompts of one workload that ran at one draft setting.
public struct SummaryRow: Codable, Hashable, Sendable {
    public var workload: Workload
    /// Tokens drafted per step; 0 is off, nil where a server run by others decides.
    public var depth: Int?
    public var pMin: Double
    /// True where drafts were also looked up among earlier tokens; nil where that was not done.
    public var usesNgrams: Bool?
    public var prompts: Int
    public var generatedTokens: Int
    public var draftedTokens: Int
    public var acceptedTokens: Int
    /// Accepted / drafted tokens, nil when nothing was drafted.
    public var acceptance: Double?
    /// Generated tokens by the sum of the prompts' generation times: the mean speed of one prompt.
    public var tokensPerSecond: Double?
    /// Time at depth 0 by actual time; nil unless depth 0 was timed for the kinds of all its prompts.
    public var speedup: Estimate?

    public init(
        workload: Workload, depth: Int?, pMin: Double, usesNgrams: Bool? = nil, prompts: Int,
        generatedTokens: Int,
        draftedTokens: Int, acceptedTokens: Int, acceptance: Double?, tokensPerSecond: Double?,
        speedup: Estimate?
    ) {
        self.workload = workload
        self.depth = depth
        self.pMin = pMin
        self.usesNgrams = usesNgrams
        self.prompts = prompts
        self.generatedTokens = generatedTokens
        self.draftedTokens = draftedTokens
        self.acceptedTokens = acceptedTokens
        self.acceptance = acceptance
        self.tokensPerSecond = tokensPerSecond
        self.speedup = speedup
    }

    private enum CodingKeys: String, CodingKey {
        case workload, depth, prompts, acceptance, speedup
        case pMin = "p_min"
        case usesNgrams = "ngram"
        case generatedTokens = "generated_tokens"
        case draftedTokens = "drafted_tokens"
        case acceptedTokens = "accepted_tokens"
        case tokensPerSecond = "tokens_per_second"
    }

    var json: JSON {
        var object: JSONObject = [
            "workload": .string(workload.rawValue), "depth": JSON(depth),
            "p_min": JSON(rounding: pMin, decimals: 4), "prompts": JSON(prompts),
            "generated_tokens": JSON(generatedTokens), "drafted_tokens": JSON(draftedTokens),
            "accepted_tokens": JSON(acceptedTokens), "acceptance": JSON(rounding: acceptance, decimals: 4),
            "tokens_per_second": JSON(rounding: tokensPerSecond, decimals: 2),
            "speedup": speedup.map { .object($0.members(decimals: 3)) } ?? .null,
        ]
        if usesNgrams == true { object["ngram"] = true }
        return .object(object)
    }
}
