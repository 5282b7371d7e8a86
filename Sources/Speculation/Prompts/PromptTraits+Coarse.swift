import Workload

extension PromptTraits {
    /// The traits with what hardly moves a decision rounded away, so that like prompts can be grouped.
    ///
    /// Probabilities are rounded to eighths, the temperature to "greedy" or "sampled", and the token limit is
    /// dropped. A backlog grouped by these plans as well as one of single prompts, and much faster.
    public var coarse: PromptTraits {
        var coarse = self
        let eighths = Workload.allCases.map { (distribution[$0] * 8).rounded() }
        coarse.distribution =
            eighths.contains { $0 > 0 }
            ? WorkloadDistribution(probabilities: eighths)
            : WorkloadDistribution(certain: distribution.label)
        coarse.temperature = isSampled ? 1 : 0
        coarse.maximumTokens = nil
        return coarse
    }
}
