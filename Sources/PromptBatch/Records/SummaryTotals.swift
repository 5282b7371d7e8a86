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
    /// What speculation saved of the engine's time against depth 0, in seconds; nil unless depth 0 was timed for the kinds
    /// of all its prompts.
    public var savedSeconds: Estimate?
    /// Time at depth 0 by actual time; nil as ``savedSeconds``.
    public var speedup: Estimate?

    public init(
        prompts: Int = 0, succeeded: Int = 0, failed: Int = 0, unreadable: Int = 0, promptTokens: Int = 0,
        generatedTokens: Int = 0, draftedTokens: Int = 0, acceptedTokens: Int = 0,
        acceptance: Double? = nil, wallMilliseconds: Double = 0, tokensPerSecond: Double? = nil,
        savedSeconds: Estimate? = nil, speedup: Estimate? = nil
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
        self.savedSeconds = savedSeconds
        self.speedup = speedup
    }

    /// "12 s less than with MTP off (8 to 16 s), as measured"; nil where nothing was drafted, or that is not known.
    public var saving: String? {
        guard let savedSeconds, draftedTokens > 0 else { return nil }
        let isLoss = savedSeconds.value < 0
        let shown = isLoss ? savedSeconds.map { -$0 } : savedSeconds
        let figures = [shown.value, shown.low, shown.high].map {
            JSON(rounding: $0, decimals: abs($0) < 10 ? 1 : 0).text
        }
        return
            "\(figures[0]) s \(isLoss ? "more" : "less") than with MTP off (\(figures[1]) to \(figures[2]) s), as measured"
    }

    private enum CodingKeys: String, CodingKey {
        case prompts, succeeded, failed, unreadable, acceptance, speedup
        case promptTokens = "prompt_tokens"
        case generatedTokens = "generated_tokens"
        case draftedTokens = "drafted_tokens"
        case acceptedTokens = "accepted_tokens"
        case wallMilliseconds = "wall_ms"
        case tokensPerSecond = "tokens_per_second"
        case savedSeconds = "saved_seconds"
    }

    var json: JSON {
        [
            "prompts": JSON(prompts), "succeeded": JSON(succeeded), "failed": JSON(failed),
            "unreadable": JSON(unreadable), "prompt_tokens": JSON(promptTokens),
            "generated_tokens": JSON(generatedTokens), "drafted_tokens": JSON(draftedTokens),
            "accepted_tokens": JSON(acceptedTokens), "acceptance": JSON(rounding: acceptance, decimals: 4),
            "wall_ms": JSON(rounding: wallMilliseconds, decimals: 1),
            "tokens_per_second": JSON(rounding: tokensPerSecond, decimals: 2),
            "saved_seconds": savedSeconds.map { .object($0.members(decimals: 2)) } ?? .null,
            "speedup": speedup.map { .object($0.members(decimals: 3)) } ?? .null,
        ]
    }
}
