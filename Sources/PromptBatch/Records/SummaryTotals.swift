import JSON

/// The sums over a batch in its ``BatchSummary``.
public struct SummaryTotals: Codable, Hashable, Sendable {
    /// Prompts that could be read.
    public var prompts: Int
    public var succeeded: Int
    /// Prompts that failed for good.
    public var failed: Int
    /// Input lines that could not be read.
    public var unreadable: Int
    public var promptTokens: Int
    public var generatedTokens: Int
    public var draftedTokens: Int
    public var acceptedTokens: Int
    /// Accepted / drafted tokens, nil when nothing was drafted.
    public var acceptance: Double?
    /// From the claim of the batch to its end.
    public var wallMilliseconds: Double
    /// Generated tokens by wall time: all slots, waiting and lane changes included.
    public var tokensPerSecond: Double?
    /// Generation time at depth 0 by actual generation time, from the prompts' estimates; nil when there are none.
    public var estimatedSpeedup: Double?

    public init(
        prompts: Int = 0, succeeded: Int = 0, failed: Int = 0, unreadable: Int = 0, promptTokens: Int = 0,
        generatedTokens: Int = 0, draftedTokens: Int = 0, acceptedTokens: Int = 0,
        acceptance: Double? = nil, wallMilliseconds: Double = 0, tokensPerSecond: Double? = nil,
        estimatedSpeedup: Double? = nil
    ) {
        self.prompts = prompts
        self.succeeded = succeeded
        self.failed = failed
        self.unreadable = unreadable
        self.promptTokens = promptTokens
        self.generatedTokens = generatedTokens
        self.draftedTokens = draftedTokens
        self.acceptedTokens = acceptedTokens
        self.acceptance = acceptance
        self.wallMilliseconds = wallMilliseconds
        self.tokensPerSecond = tokensPerSecond
        self.estimatedSpeedup = estimatedSpeedup
    }

    private enum CodingKeys: String, CodingKey {
        case prompts, succeeded, failed, unreadable, acceptance
        case promptTokens = "prompt_tokens"
        case generatedTokens = "generated_tokens"
        case draftedTokens = "drafted_tokens"
        case acceptedTokens = "accepted_tokens"
        case wallMilliseconds = "wall_ms"
        case tokensPerSecond = "tokens_per_second"
        case estimatedSpeedup = "estimated_speedup"
    }

    var json: JSON {
        [
            "prompts": JSON(prompts), "succeeded": JSON(succeeded), "failed": JSON(failed),
            "unreadable": JSON(unreadable), "prompt_tokens": JSON(promptTokens),
            "generated_tokens": JSON(generatedTokens), "drafted_tokens": JSON(draftedTokens),
            "accepted_tokens": JSON(acceptedTokens), "acceptance": JSON(rounding: acceptance, decimals: 4),
            "wall_ms": JSON(rounding: wallMilliseconds, decimals: 1),
            "tokens_per_second": JSON(rounding: tokensPerSecond, decimals: 2),
            "estimated_speedup": JSON(rounding: estimatedSpeedup, decimals: 3),
        ]
    }
}
