import Workload

/// What is believed of acceptance and step costs before an engine was observed.
public struct Priors: Codable, Sendable, Hashable {
    /// Mean acceptance at depth 3, without thinking, by workload.
    public var acceptance: [Workload: Double]
    /// Factor by which each further draft is less likely to be accepted.
    public var gamma: Double
    /// What thinking adds to the logit of the first draft's acceptance (negative).
    public var thinkingLogit: Double
    /// Cost of a step at depth 3 against depth 0, one slot busy, by quantisation (upper case, as in "Q4_K_M").
    public var costRatioAtDepth3: [String: Double]
    /// The same for a quantisation that is not listed and has no neighbour in the list.
    public var defaultCostRatio: Double

    public init(
        acceptance: [Workload: Double], gamma: Double, thinkingLogit: Double,
        costRatioAtDepth3: [String: Double], defaultCostRatio: Double
    ) {
        self.acceptance = acceptance
        self.gamma = gamma
        self.thinkingLogit = thinkingLogit
        self.costRatioAtDepth3 = costRatioAtDepth3
        self.defaultCostRatio = defaultCostRatio
    }

    /// Published figures for Qwen3.6-27B.
    ///
    /// Acceptance by task and cost by quantisation: 300 runs on an M2 Max, r/LocalLLaMA 1t9gcar, 2026-05-10 (the
    /// middle of each acceptance range; its tasks cover more than one workload here). Where the public gist
    /// "MTP benchmark" (Q8_0, depth 3) has prompts of the workload itself, the mean of both stands: math,
    /// translation, summarization. γ from the per-position acceptance 0.88, 0.77, 0.66 of a public model card
    /// (RTX 3090, vLLM) and the steeper fall seen on prose. F16 was run at depth 4 (1.62); its depth 3 follows
    /// from the same source's note that depth 4 gave 17.9 against 16.2 tokens a second on code. Thinking:
    /// acceptance 0.87 fell to 0.73 on code.
    public static let published = Priors(
        acceptance: [
            .code: 0.84, .factual: 0.66, .math: 0.72, .translation: 0.60, .analysis: 0.52,
            .summarization: 0.60, .extraction: 0.60, .creative: 0.435,
        ],
        gamma: 0.97,
        thinkingLogit: -0.9,
        costRatioAtDepth3: ["Q4_K_M": 2.6, "Q5_K_M": 2.36, "Q6_K": 2.3, "Q8_0": 1.57, "F16": 1.46],
        defaultCostRatio: 1.9)

    /// The prior curve of a workload, without thinking.
    func curve(_ workload: Workload) -> AcceptanceCurve {
        AcceptanceCurve(meanAcceptance: acceptance[workload] ?? 0.55, depth: 3, gamma: gamma)
    }

    /// The prior cost ratio at depth 3 for a quantisation as an engine names it ("Q4_K - Medium", "BF16", …).
    public func costRatio(quantization: String) -> Double {
        guard let name = QuantizationName.published(nearest: quantization) else { return defaultCostRatio }
        return costRatioAtDepth3[name] ?? defaultCostRatio
    }
}
